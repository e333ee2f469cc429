"""The texts of ``init``: a target file and a PICS that explain themselves."""

from __future__ import annotations

from typing import Final

TARGET: Final = """\
# How the Central System under test is reached and made to act. Check it with: csms-harness doctor --target target.yaml

# The WebSocket URL. The identity becomes its last segment, or stands where {{chargePointId}} does. wss:// for TLS.
url: {url}

# One identity is one lane: its cases run one after another, those of several Charge Points at once.
# Lanes that work at once need idTags of their own (valid_id_tag, valid_id_tag_2): those that share one take turns.
# Secrets come from the environment ($env.NAME) or a file beside this one ($file:secrets/password.txt).
charge_points:
{charge_points}

# What the scenarios call $config.NAME. A case that needs a name which is missing is INCONCLUSIVE.
# A Charge Point may have a config of its own above: - {{id: CP_02, config: {{valid_id_tag: TAG-102}}}}
config:
  connector_id: 1
{id_tags}

# Deadlines, each with its unit. The PICS may declare the first two; here they win over it.
deadlines:
  # response: 30 s                # an answer to a CALL of the Charge Point
  # authorize: 10 s               # the answer to Authorize.req
  action: 30 s                    # a CALL of the CSMS after its trigger, and the trigger itself
  operator: 3 min                 # a person who is asked

# What the CSMS has to be made to send: one entry for each action, 'default' for all others.
# An action without an entry is asked of the operator at the terminal. See docs/connect-your-csms.md.
{triggers}
# How idTags, Charge Points and passwords are made, for: csms-harness provision --target target.yaml
# provision:
#   idTag:
#     http:
#       method: PUT
#       url: "http://localhost:9100/api/id-tags/{{idTag}}"
#       json: {{status: $status, expiryDate: $expiryDate, parentIdTag: $parentIdTag}}
"""
"""A target file; to be filled in: url, charge_points, id_tags, triggers."""

TRIGGERS: Final = {
    "endpoint": """\
# One endpoint takes every action, with the payload of the .req as its body.
triggers:
  default:
    http:
      method: POST
      url: "CONTROL_API/api/octt/1.6/{chargePointId}/{action}"
      json: $request
""",
    "operator": """\
# Somebody at the screen of the CSMS does everything; the prompt says what, and closes by itself.
triggers:
  default:
    operator: true
""",
    "comments": """\
# triggers:
#   RemoteStartTransaction:
#     http:
#       method: POST
#       url: "CONTROL_API/points/{chargePointId}/start"
#       json: {tag: $idTag, connector: $connectorId}
#   Reset:
#     operator: "Press {type} reset on the page of {chargePointId}."
""",
}
"""The section ``triggers`` by the way that was chosen; CONTROL_API stands for the address."""

PICS: Final = """\
# What the vendor declares; it is printed on the certificate.

product:
  designation: {product}
{vendor}
{software_version}

# yes, no, or left out. What is not claimed is NOT APPLICABLE and not run; what is left out is run and marked
# "not declared". Security runs only where it is claimed, or asked for by name.
{functionalities}

# Declared response times, printed beside the measured ones. They are also the deadlines of the steps.
performance:
  ocpp_response_timeout: 30 s
  # response_time_authorize: 10 s

# settings:
#   milliseconds_in_timestamps: yes

# The head of the report.
# report:
#   laboratory: Example Lab
#   location: Amsterdam
#   reference: REF-1
#   number: "2026-001"
#   remarks: [Tested on the staging system.]
"""
"""A PICS; to be filled in: product, vendor, software_version, functionalities."""
