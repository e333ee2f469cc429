"""Mistakes that people make in files and options, as data: what is written, and what the sentence has to say.

``¦`` stands where the mistake is told; it is no part of the text. A row is one mistake and nothing else is wrong.
"""

from __future__ import annotations

from typing import Final

Row = tuple[str, str]
"""What is written, and words of the sentence that says what is due."""

CONFIG: Final[dict[str, Row]] = {
    "connector 0": ("connector_id: ¦0", "a whole number from 1 to 64 is due, this is the number 0"),
    "a connector in words": ("connector_id: ¦one", "a whole number from 1 to 64 is due, this is the text 'one'"),
    "no connector": ("connector_id: ¦null", "a whole number from 1 to 64 is due, this is nothing"),
    "a connector that is true": ("connector_id: ¦true", "this is the boolean true"),
    "half a connector": ("connector_id: ¦1.5", "a whole number from 1 to 64"),
    "a negative connector": ("connector_id: ¦-1", "a whole number from 1 to 64"),
    "several connectors": ("connector_id: ¦[1, 2]", "this is a list"),
    "a connector that the Charge Point does not have": (
        "connector_id: ¦3",
        "'connector_id' is 3, and CP_01 has 2 connectors",
    ),
    "a connector in quotes that it does not have": ("connector_id: ¦'3'", "CP_01 has 2 connectors"),
    "an idTag that is a number": ("valid_id_tag: ¦12345678", "what YAML reads as a number or a boolean needs quotes"),
    "an idTag with an exponent": ("valid_id_tag: ¦12e5", "needs quotes"),
    "an idTag that is a boolean": ("valid_id_tag: ¦true", "needs quotes"),
    "an idTag that is too long": ("valid_id_tag: ¦ABCDEFGHIJKLMNOPQRSTU", "text of 1 to 20 characters is due"),
    "an idTag of nothing": ("valid_id_tag: ¦''", "text of 1 to 20 characters is due"),
    "an idTag of blanks": ("valid_id_tag: ¦'  '", "text of 1 to 20 characters is due"),
    "an idTag that was left open": ("valid_id_tag: ¦null", "this is nothing"),
    "an idTag of two lines": ('valid_id_tag: ¦"A\\nB"', "text of 1 to 20 characters"),
    "a list of idTags": ("valid_id_tag: ¦[A, B]", "text of 1 to 20 characters is due, this is a list"),
    "a second idTag that is a number": ("valid_id_tag_2: ¦7", "needs quotes"),
    "a parent that is a number": ("parent_id_tag: ¦7", "text of 1 to 20 characters"),
    "a parent that is too long": ("parent_id_tag: ¦ABCDEFGHIJKLMNOPQRSTU", "text of 1 to 20 characters"),
    "an unknown idTag that is too long": ("invalid_id_tag: ¦ABCDEFGHIJKLMNOPQRSTU", "text of 1 to 20 characters"),
    "an expired idTag that is a number": ("expired_id_tag: ¦1.0", "text of 1 to 20 characters"),
    "a blocked idTag that is a mapping": ("blocked_id_tag: ¦{id: A}", "this is a mapping"),
    "an idTag with two statuses": (
        "valid_id_tag: A, blocked_id_tag: ¦A",
        "'blocked_id_tag' is that of 'valid_id_tag'; an idTag has one status",
    ),
    "an idTag with two statuses in other letters": (
        "expired_id_tag: Tag, blocked_id_tag: ¦TAG",
        "an idTag has one status",
    ),
    "a switch that is none": ("new_invalid_id_tags: ¦no", "true or false is due, this is the text 'no'"),
    "a switch that is a number": ("new_invalid_id_tags: ¦0", "true or false is due"),
    "a patience that is no time": (
        "patience: ¦x",
        "a length of time of more than 0 s, such as 4 h, is due, this is the text 'x'",
    ),
    "a patience without a unit": ("patience: ¦'5'", "a length of time of more than 0 s, such as 4 h, is due"),
    "no patience": ("patience: ¦0 s", "a length of time of more than 0 s"),
    "a negative patience": ("patience: ¦-1 s", "a length of time"),
    "a patience that is true": ("patience: ¦true", "a length of time"),
    "an endless patience": ("patience: ¦.inf", "a length of time"),
    "an offset that is no time": ("expiry_offset: ¦soon", "a length of time of more than 0 s, such as 4 h, is due"),
    "an offset of nothing": ("expiry_offset: ¦0 min", "a length of time of more than 0 s"),
    "an offset of 400 digits": (f"expiry_offset: ¦{'9' * 400} s", "a length of time"),
    "an offset beyond every clock": ("expiry_offset: ¦99999999999 h", "a length of time"),
    "an offset in days": ("expiry_offset: ¦3 d", "a length of time"),
    "a retrieveDate now": ("retrieve_offset: ¦0 s", "of more than 0 s"),
    "a list of times": ("retrieve_offset: ¦[1]", "this is a list"),
    "too short an absence": ("offline_for: ¦1 min", "a length of time of more than 120 s"),
    "an absence that is no time": ("offline_for: ¦long", "a length of time"),
    "a unit in kW": ("charging_rate_unit: ¦kW", "A or W is due, this is the text 'kW'"),
    "a unit in small letters": ("charging_rate_unit: ¦a", "A or W is due"),
    "a unit in words": ("charging_rate_unit: ¦Ampere", "A or W is due"),
    "a limit in words": ("charging_limit: ¦6 A", "a number of at least 0 with one decimal at most"),
    "a negative limit": ("charging_limit: ¦-6", "a number of at least 0"),
    "a limit of two decimals": ("charging_limit: ¦6.25", "with one decimal at most"),
    "a limit that is no number": ("charging_limit: ¦.nan", "a number of at least 0"),
    "an endless limit": ("charging_limit: ¦.inf", "a number of at least 0"),
    "a stack level below all": ("stack_level: ¦-1", "a whole number of at least 0"),
    "a stack level in words": ("stack_level: ¦top", "a whole number of at least 0"),
    "a stack level beyond any integer": ("stack_level: ¦3000000000", "a whole number of at least 0"),
    "a schedule of nothing": ("schedule_duration: ¦0", "a whole number of at least 1"),
    "a schedule with a unit": (
        "schedule_duration: ¦5 min",
        "a whole number of at least 1 is due, this is the text '5 min'",
    ),
    "a start before the start": ("start_period: ¦-1", "a whole number of at least 0"),
    "no phase": ("number_phases: ¦0", "a whole number from 1 to 3"),
    "four phases": ("number_phases: ¦4", "a whole number from 1 to 3"),
    "a place that is no URL": ("diagnostics_url: ¦here", "a URL, such as ftp://HOST/PATH, is due"),
    "a place with a blank": ("diagnostics_url: ¦ftp://host/a b", "a URL, such as ftp://HOST/PATH"),
    "a place at port 0": ("firmware_url: ¦ftp://host:0/a", "a URL"),
    "a place without a host": ("firmware_url: ¦ftp:///a", "a URL"),
    "a vendor that is a number": ("unknown_vendor_id: ¦1", "text of 1 to 255 characters"),
    "a key that is too long": (f"unknown_config_key: ¦{'k' * 51}", "text of 1 to 50 characters"),
    "an unknown connector that is there": ("unknown_connector_id: ¦2", "which CP_01 has: it has 2 connectors"),
    "an unknown connector 0": ("unknown_connector_id: ¦0", "a whole number of at least 1"),
    "a misspelt idTag": ("¦valid_idtag: A", "no scenario uses the name 'valid_idtag' in config"),
    "a misspelt connector": ("¦conector_id: 1", "did you mean 'connector_id'?"),
    "a name in other letters": ("¦Patience: 1 s", "did you mean 'patience'?"),
    "a name that nobody uses": ("¦colour: red", "name them with --scenarios"),
    "a name that stands twice": ("patience: 1 s, ¦patience: 2 s", "the key 'patience' stands twice"),
    "a name of another tool": ("valid_id_tag: ¦$idTag", "nothing here is called $idTag"),
    "a variable that is not set": (
        "valid_id_tag: ¦$env.CSMS_HARNESS_NOT_SET",
        "CSMS_HARNESS_NOT_SET is not set; export it before the run",
    ),
    "a value from the environment that cannot be": (
        "connector_id: ¦$env.CSMS_HARNESS_WORD",
        "a whole number from 1 to 64 is due",
    ),
    "a file that is not there": ("valid_id_tag: ¦$file:nothing.txt", "the secret file nothing.txt cannot be read"),
    "a file that is a pipe": ("valid_id_tag: ¦$file:pipe", "it is a pipe"),
}
"""Inside of ``config: {…}`` of a target with one Charge Point."""

POINTS: Final[dict[str, Row]] = {
    "no Charge Point": ("[]", "one identity is one lane, and at least one is needed"),
    "nothing": ("¦null", "a list is due, this is nothing"),
    "a text": ("¦CP_01", "a list is due, this is the text 'CP_01'"),
    "no identity": ("[¦{vendor: V}]", "'id' is missing"),
    "an empty identity": ("[{id: ¦''}]", "at least 1 character"),
    "an identity that is a number": ("[{id: ¦7}]", "text is due, this is the number"),
    "an identity that is too long": (f"[{{id: ¦{'C' * 49}}}]", "at most 48 characters"),
    "an identity of two lines": ('[{id: ¦"A\\nB"}]', "signs that can be seen"),
    "an identity with a colon and a password": (
        "[¦{id: 'a:b', password: $env.CSMS_HARNESS_WORD}]",
        "ends at the first colon",
    ),
    "an identity that stands twice": ("[{id: A}, {id: A}]", "the identity A stands twice under charge_points"),
    "connectors that are true": ("[{id: A, connectors: ¦true}]", "a number is due, not true"),
    "no connectors": ("[{id: A, connectors: ¦0}]", "greater than or equal to 1"),
    "too many connectors": ("[{id: A, connectors: ¦65}]", "less than or equal to 64"),
    "connectors in words": ("[{id: A, connectors: ¦two}]", "a whole number is due"),
    "a list of connectors": ("[{id: A, connectors: ¦[1, 2]}]", "a whole number is due"),
    "half a connector": ("[{id: A, connectors: ¦1.5}]", "a whole number is due"),
    "a misspelt key": ("[{id: A, ¦conectors: 2}]", "did you mean 'connectors'?"),
    "a vendor that is too long": (f"[{{id: A, vendor: ¦{'V' * 21}}}]", "at most 20 characters"),
    "a serial number that is a number": ("[{id: A, serial_number: ¦12}]", "text is due, this is the number"),
    "a password in the file": ("[{id: A, password: ¦geheim12345}]", "write $env.NAME or $file:PATH"),
    "a password that is not set": ("[{id: A, password: ¦$env.CSMS_HARNESS_NOT_SET}]", "is not set"),
    "a password in a pipe": ("[{id: A, password: ¦$file:pipe}]", "it is a pipe"),
    "a password of broken hex": ("[{id: A, password: ¦$env.CSMS_HARNESS_HEX}]", "one pair to a byte"),
    "a connector beyond its own": (
        "[{id: A, connectors: 1, config: {connector_id: ¦2}}]",
        "'connector_id' is 2, and A has 1 connector",
    ),
    "a misspelt name in its own config": ("[{id: A, config: {¦blocked_tag: X}}]", "did you mean 'blocked_id_tag'?"),
    "an idTag of its own that is a number": ("[{id: A, config: {valid_id_tag: ¦7}}]", "needs quotes"),
    "an interval in words": (
        "[{id: A, configuration: {HeartbeatInterval: ¦soon}}]",
        "a whole number of at least 1 is due",
    ),
    "a negative interval": (
        "[{id: A, configuration: {HeartbeatInterval: ¦-1}}]",
        "a whole number of at least 1 is due",
    ),
    "a flag that is none": ("[{id: A, configuration: {AuthorizeRemoteTxRequests: ¦perhaps}}]", "true or false is due"),
    "a configuration that is a list": ("[{id: A, configuration: ¦[a]}]", "a mapping of names and values is due"),
}
"""After ``charge_points: ``."""

URLS: Final[dict[str, Row]] = {
    "http": ("¦http://a/", "is no WebSocket URL; write ws://HOST:PORT/PATH"),
    "no scheme": ("¦a:9000/ocpp", "is no WebSocket URL"),
    "nothing": ("¦''", "is no WebSocket URL"),
    "no text": ("¦7", "text is due, this is the number"),
    "no host": ("¦ws://", "is no WebSocket URL"),
    "a user": ("¦ws://cp:geheim@a/", "a URL holds no user and no password"),
    "port 0": ("¦ws://a:0/", "names port 0, on which nothing listens"),
    "a port beyond all": ("¦ws://a:70000/", "Port out of range 0-65535"),
    "a port in words": ("¦ws://a:http/", "is no URL"),
    "a negative port": ("¦ws://a:-1/", "is no URL"),
    "a blank": ("¦'ws://a/b c'", "holds a blank or a sign that cannot be seen"),
    "a tab": ('¦"ws://a/b\\tc"', "holds a blank or a sign that cannot be seen"),
    "a line break": ('¦"ws://a/b\\nc"', "holds a blank or a sign that cannot be seen"),
    "a zero width space": ('¦"ws://a/\\u200b"', "holds a blank or a sign that cannot be seen"),
    "a fragment": ("¦'ws://a/#b'", "which a WebSocket URL cannot have"),
    "a place that nobody fills": ("¦ws://a/<identity>", "nobody filled in '<identity>'"),
    "a place of another name": ("¦'ws://a/{chargePoint}'", "nothing here is called {chargePoint}"),
    "an open brace": ("¦'ws://a/{chargePointId'", "has a single {"),
    "the identity as the host": ("¦'ws://{chargePointId}/ocpp'", "it can stand in the path or in the query"),
    "half an address": ("¦'ws://[::1/'", "is no URL"),
}
"""After ``url: ``."""

TRIGGERS: Final[dict[str, Row]] = {
    "an action that is none": ("¦Rset: {operator: true}", "did you mean 'Reset'?"),
    "an action of the Charge Point": ("¦Heartbeat: {operator: true}", "is no action of a Central System"),
    "no way": ("Reset: ¦{}", "exactly one of operator, http, command, plugin, unsupported is needed, given: none"),
    "two ways": ("Reset: ¦{operator: true, command: [a]}", "given: operator and command"),
    "a way that is none": ("Reset: {¦htp: {url: 'http://a/'}}", "did you mean 'http'?"),
    "an operator who is a number": ("Reset: {operator: ¦1}", "operator is either true or the sentence to show"),
    "a field that no .req has": ("Reset: {http: {url: ¦'http://a/{typ}'}}", "did you mean 'type'?"),
    "a field of another action": ("Reset: {http: {url: ¦'http://a/{idTag}'}}", "Reset.req has no field idTag"),
    "a field that no action has": (
        "default: {http: {url: ¦'http://a/{nobody}'}}",
        "no .req of a Central System has a field nobody",
    ),
    "an open brace": ("Reset: {http: {url: ¦'http://a/{type'}}", "has a single {"),
    "a field that was not saved": (
        "Reset: {http: {url: 'http://a/', headers: {X: ¦$token}}}",
        "Reset.req has no field token",
    ),
    "a field in the body": ("Reset: {http: {url: 'http://a/', json: {a: ¦$kind}}}", "Reset.req has no field kind"),
    "a field of the command": ("Reset: {command: [a, ¦'{tpye}']}", "did you mean 'type'?"),
    "no URL": ("Reset: {http: ¦{method: POST}}", "'url' is missing"),
    "a URL of another kind": ("Reset: {http: {url: ¦'ftp://a/'}}", "begins with neither http:// nor https://"),
    "a URL with a blank": ("Reset: {http: {url: ¦'http://a/b c'}}", "holds a blank or a sign that cannot be seen"),
    "a URL with a tab": ('Reset: {http: {url: ¦"http://a/\\t"}}', "holds a blank or a sign that cannot be seen"),
    "a URL at port 0": ("Reset: {http: {url: ¦'http://a:0/'}}", "names port 0, on which nothing listens"),
    "a URL at a port beyond all": ("Reset: {http: {url: ¦'http://a:70000/'}}", "Port out of range"),
    "a URL at no port": ("Reset: {http: {url: ¦'http://a:x/{type}'}}", "is no URL"),
    "a URL without a host": ("Reset: {http: {url: ¦'http:///x'}}", "names no host"),
    "a method that is none": ("Reset: {http: {url: 'http://a/', method: ¦post}}", "'GET', 'POST'"),
    "two bodies": ("Reset: {http: ¦{url: 'http://a/', json: 1, form: {a: b}}}", "json and form are both given"),
    "a status beyond all": ("Reset: {http: {url: 'http://a/', accept: [¦999]}}", "less than or equal to 599"),
    "a status that is true": ("Reset: {http: {url: 'http://a/', accept: [¦true]}}", "a number is due, not true"),
    "a status alone": ("Reset: {http: {url: 'http://a/', accept: ¦202}}", "accept"),
    "accept of nothing": (
        "Reset: {http: {url: 'http://a/', accept: ¦{}}}",
        "accept names nothing; give status, json, text or headers",
    ),
    "a misspelt key": ("Reset: {http: {url: 'http://a/', ¦acept: [200]}}", "did you mean 'accept'?"),
    "a timeout in words": ("Reset: {http: {url: 'http://a/', timeout: ¦long}}", "'long' is no duration"),
    "a timeout that is true": ("Reset: {http: {url: 'http://a/', timeout: ¦true}}", "a number is due, not true"),
    "a timeout of nothing": ("Reset: {http: {url: 'http://a/', timeout: ¦0 s}}", "greater than 0"),
    "a timeout of 400 digits": (
        f"Reset: {{http: {{url: 'http://a/', timeout: ¦{'9' * 400} s}}}}",
        "longer than ten years",
    ),
    "a timeout beyond every clock": ("Reset: {http: {url: 'http://a/', timeout: ¦1e300}}", "no duration"),
    "no command": ("Reset: {command: ¦[]}", "at least 1 item"),
    "a command as a text": ("Reset: {command: ¦reset now}", "a list is due"),
    "a plug-in that is not installed": ("Reset: {plugin: ¦acme}", "no trigger plug-in 'acme' is installed"),
    "entries that are never reached": (
        "Reset: ¦[{operator: true}, {command: [a]}]",
        "those after it are never reached",
    ),
    "a condition on a field that is none": ("Reset: [{when: {¦typ: Hard}, operator: true}]", "did you mean 'type'?"),
    "a condition that never holds": ("Reset: [{when: {type: ¦Cold}, operator: true}]", "type is never the text 'Cold'"),
    "a variable that is not set": (
        "Reset: {http: {url: ¦'http://{env.CSMS_HARNESS_NOT_SET}/'}}",
        "CSMS_HARNESS_NOT_SET is not set",
    ),
}
"""Inside of ``triggers: {…}``."""

REST: Final[dict[str, Row]] = {
    "a key that is none": ("¦colour: red", "unknown key 'colour'"),
    "a misspelt key": ("¦trigers: {}", "did you mean 'triggers'?"),
    "a deadline that is none": ("deadlines: {¦respons: 3 s}", "did you mean 'response'?"),
    "a deadline without a unit": ("deadlines: {response: ¦3}", "a duration with its unit is due"),
    "a deadline of nothing": ("deadlines: {response: ¦0 s}", "must be longer than 0 s"),
    "a deadline in words": ("deadlines: {response: ¦soon}", "'soon' is no duration"),
    "a deadline of 400 digits": (f"deadlines: {{response: ¦{'9' * 400} s}}", "is longer than ten years"),
    "a deadline beyond every clock": ("deadlines: {response: ¦9999999999999 h}", "is longer than ten years"),
    "a negative deadline": ("deadlines: {pace: ¦-1 s}", "'-1 s' is no duration"),
    "deadlines in a list": ("deadlines: ¦[response]", "a mapping of names and values is due"),
    "config in a list": ("config: ¦[a]", "a mapping of names and values is due"),
    "a certificate that is not there": (
        "tls: {ca_file: ¦nothing.pem}",
        "nothing.pem cannot be read: no such file or directory",
    ),
    "a certificate that is none": ("tls: {ca_file: ¦words.txt}", "holds no certificate that can be read"),
    "a certificate of nothing": ("tls: {ca_file: ¦empty.txt}", "is empty; name a file with the certificates"),
    "a certificate that is a folder": ("tls: {ca_file: ¦folder}", "cannot be read: is a directory"),
    "a certificate that is a pipe": ("tls: {ca_file: ¦pipe}", "it is a pipe"),
    "a key of TLS that is none": ("tls: {¦cafile: a}", "did you mean 'ca_file'?"),
    "an item that is none": ("provision: {¦idTags: {operator: true}}", "did you mean 'idTag'?"),
    "a field that the item does not have": (
        "provision: {idTag: {command: [a, ¦'{tag}']}}",
        "the item idTag has no field tag",
    ),
    "a tab that indents": ("config:\n¦\tconnector_id: 1", "a tab may not indent; use blanks"),
    "a key that stands twice": ("name: a\n¦name: b", "the key 'name' stands twice; first in line 3"),
    "a tag": ("name: ¦!!python/name:os.system a", "values need no tags"),
    "an anchor that is none": ("name: ¦*nothing", "has no anchor"),
    "a second document": ("name: a\n¦---\nname: b", "a second document begins here"),
}
"""The lines after ``url`` and ``charge_points``."""

PICS: Final[dict[str, Row]] = {
    "nothing in it": ("¦{}", "'product' is missing"),
    "a list": ("¦[a]", "a mapping of names and values is due"),
    "a product without a name": ("product: ¦{}", "'designation' is missing"),
    "an empty name": ("product: {designation: ¦''}", "at least 1 character"),
    "a name that is a number": ("product: {designation: ¦7}", "text is due, this is the number"),
    "a version that is a number": (
        "product: {designation: A, software_version: ¦1.0}",
        "text is due, this is the number",
    ),
    "a misspelt functionality": (
        "product: {designation: A}\nfunctionalities: {¦Reservations: yes}",
        "did you mean 'Reservation'?",
    ),
    "a claim that is none": ("product: {designation: A}\nfunctionalities: {Core: ¦maybe}", "yes or no is due"),
    "a claim that is a number": ("product: {designation: A}\nfunctionalities: {Core: ¦1}", "yes or no is due"),
    "functionalities in a list": (
        "product: {designation: A}\nfunctionalities: ¦[Core]",
        "a mapping of names and values is due",
    ),
    "a time without a unit": (
        "product: {designation: A}\nperformance: {ocpp_response_timeout: ¦30}",
        "a duration with its unit is due",
    ),
    "a time of nothing": (
        "product: {designation: A}\nperformance: {response_time_authorize: ¦0 s}",
        "must be longer than 0 s",
    ),
    "a time of 400 digits": (
        f"product: {{designation: A}}\nperformance: {{ocpp_response_timeout: ¦{'9' * 400} h}}",
        "longer than ten years",
    ),
    "a misspelt key": ("product: {designation: A}\n¦performence: {}", "did you mean 'performance'?"),
    "a remark alone": ("product: {designation: A}\nreport: {remarks: ¦one}", "a list is due"),
    "a setting that is none": (
        "product: {designation: A}\nsettings: {milliseconds_in_timestamps: ¦often}",
        "yes or no is due",
    ),
}
"""A whole pics.yaml."""

ENTRY: Final = "- {case: TC_010_CSMS, expected: FAIL, reason: r, issue: i, until: 2099-01-01}"
EXPECTED: Final[dict[str, Row]] = {
    "a mapping": ("¦case: TC_010_CSMS", "begin with '- case: '"),
    "a text": ("- ¦TC_010_CSMS", "a mapping of names and values is due"),
    "a case that is none": (ENTRY.replace("TC_010_CSMS", "¦TC_010_CSM"), "did you mean 'TC_010_CSMS'?"),
    "a verdict that is none": (ENTRY.replace("FAIL", "¦PASS"), "'FAIL' or 'INCONCLUSIVE'"),
    "a verdict in small letters": (ENTRY.replace("FAIL", "¦fail"), "'FAIL' or 'INCONCLUSIVE'"),
    "no reason": (ENTRY.replace("reason: r", "reason: ¦''"), "at least 1 character"),
    "a day that is none": (ENTRY.replace("2099-01-01", "¦2099-02-30"), "a day is due, such as 2027-01-31"),
    "a day of another order": (ENTRY.replace("2099-01-01", "¦01.01.2099"), "a day is due, such as 2027-01-31"),
    "a misspelt key": (ENTRY.replace("until", "¦untill"), "did you mean 'until'?"),
    "an entry that stands twice": (
        f"{ENTRY}\n{ENTRY.replace('TC_010_CSMS', '¦TC_010_CSMS')}",
        "stands twice; one entry for each is enough",
    ),
}
"""A whole expected.yaml. The misspelt key misses the right one as well."""

SCENARIO: Final = """\
id: TC_901_CSMS
name: A case of my own
section: "1"
edition: "2025-11"
profile: Core
purpose: It is tried.
description: It is tried.
before: {from: booted}
scenario:
"""
STEPS: Final[dict[str, Row]] = {
    "a verb that is none": ("  - ¦snd: Heartbeat", "did you mean 'send'?"),
    "an action that is none": ("  - send: ¦Hartbeat", "did you mean 'Heartbeat'?"),
    "an action of the other side": ("  - send: ¦Reset", "Reset.req is sent by the Central System"),
    "a member that is none": ("  - send: Authorize\n    with: {¦idtag: A}", "did you mean 'idTag'?"),
    "a wait in parsecs": (
        "  - {wait: ¦10 parsecs, because: b}",
        "'10 parsecs' is no duration; write a number with ms, s, min or h",
    ),
    "a wait of 400 digits": (f"  - {{wait: ¦{'9' * 400} s, because: b}}", "longer than ten years"),
    "a wait beyond every clock": ("  - {wait: ¦99999999999 h, because: b}", "longer than ten years"),
    "a state that is none": ("  - ¦state: Chargin", "did you mean 'Charging'?"),
    "a name that is none": ("  - send: Authorize\n    with: {idTag: ¦$confg.valid_id_tag}", "confg"),
    "no steps": ("  ¦[]", "step"),
}
"""The steps of a scenario in a folder of the user's own."""

OPTIONS: Final[dict[str, tuple[tuple[str, ...], str]]] = {
    "no Central System": (("run",), "say which Central System: --target FILE, or --url"),
    "a target of nothing": (("run", "--target", ""), "--target: a value is due, this one is empty"),
    "a target that is not there": (
        ("run", "--target", "nowhere.yaml"),
        "nowhere.yaml: cannot be read: no such file",
    ),
    "a target that is a folder": (("run", "--target", "folder"), "folder: cannot be read: is a directory"),
    "a target that is a URL": (
        ("run", "--target", "ws://a:1/ocpp"),
        "is a URL, and a target is a file; write --url ws://a:1/ocpp",
    ),
    "a target that is a pipe": (("run", "--target", "pipe"), "pipe: cannot be read: it is a pipe"),
    "a URL of nothing": (("run", "--url", ""), "--url: a value is due, this one is empty"),
    "a URL at port 0": (("run", "--url", "ws://a:0/"), "--url: "),
    "a URL with a blank": (("run", "--url", "ws://a/b c"), "holds a blank"),
    "a PICS of nothing": (("run", "--url", "ws://a/", "--pics", ""), "--pics: a value is due, this one is empty"),
    "a PICS that is not there": (
        ("run", "--url", "ws://a/", "--pics", "nowhere.yaml"),
        "nowhere.yaml: cannot be read",
    ),
    "a folder of nothing": (
        ("run", "--url", "ws://a/", "--out", ""),
        "--out: a value is due, this one is empty",
    ),
    "a folder that is a file": (
        ("run", "--url", "ws://a/", "--out", "words.txt"),
        "words.txt: this run cannot be written down",
    ),
    "a folder below a file": (("run", "--url", "ws://a/", "--out", "words.txt/run"), "this run cannot be written down"),
    "known failures of nothing": (
        ("run", "--url", "ws://a/", "--expected", ""),
        "--expected: a value is due, this one is empty",
    ),
    "scenarios of nothing": (
        ("run", "--url", "ws://a/", "--scenarios", ""),
        "--scenarios: a value is due, this one is empty",
    ),
    "scenarios in a file": (("run", "--url", "ws://a/", "--scenarios", "words.txt"), "is no folder with scenarios"),
    "a key that is not there": (("run", "--url", "ws://a/", "--sign", "nowhere.pem"), "nowhere.pem"),
    "a key of nothing": (("run", "--url", "ws://a/", "--sign", ""), "--sign: a value is due, this one is empty"),
    "a deadline that is none": (("run", "--url", "ws://a/", "--deadline", "respons=2s"), "did you mean 'response'?"),
    "a deadline of 400 digits": (
        ("run", "--url", "ws://a/", "--deadline", f"response={'9' * 400}s"),
        "longer than ten years",
    ),
    "a deadline beyond every clock": (
        ("run", "--url", "ws://a/", "--deadline", "close=9999999999h"),
        "longer than ten years",
    ),
    "a threshold that is none": (
        ("run", "--url", "ws://a/", "--threshold", "Autorize=2s"),
        "did you mean 'Authorize'?",
    ),
    "a threshold of nothing": (("run", "--url", "ws://a/", "--threshold", "response=0s"), "must be longer than 0 s"),
    "a report that is none": (("run", "--url", "ws://a/", "--report", "xml=a"), "write KIND=PATH with KIND one of"),
    "no lanes": (("run", "--url", "ws://a/", "--lanes", "0"), "leave it out, or name more under charge_points"),
    "too many lanes": (
        ("run", "--url", "ws://a/", "--lanes", "99999999999999999999"),
        "leave it out, or name more under charge_points",
    ),
    "lanes in words": (("run", "--url", "ws://a/", "--lanes", "two"), "'--lanes': a whole number is due"),
    "a form that is none": (("list", "--format", "xml"), "'--format': 'xml' is not one of 'text', 'json', 'markdown'."),
    "a run to go on with that is none": (("run", "--resume", "folder"), "folder/journal.jsonl: cannot be read"),
    "a run to go on with that is not there": (("run", "--resume", "nowhere"), "give the folder of a run"),
    "a run to go on with of nothing": (("run", "--resume", ""), "--resume: a value is due, this one is empty"),
    "cases for a run that goes on": (("run", "TC_001", "--resume", "folder"), "name neither cases nor a folder"),
    "a folder for a run that goes on": (("run", "--resume", "folder", "--out", "a"), "name neither cases nor a folder"),
    "a seed alone": (("run", "--url", "ws://a/", "--seed", "7"), "add --shuffle"),
    "an option that is none": (("run", "--url", "ws://a/", "--lane", "1"), "No such option: --lane"),
    "a report of nothing": (("report", ""), "report: a value is due, this one is empty"),
    "a run that is none": (("report", "folder"), "give the folder of a run"),
    "no run to judge again": (("replay", "folder"), "give the folder of a run"),
    "a comparison with nothing": (("diff", "folder", "folder"), "give the folder of a run"),
    "a factor that is none": (("diff", "folder", "folder", "--slower", "nan"), "write a factor above 1"),
    "a manifest that is not there": (("verify", "folder"), "folder"),
    "a target to provision that is not there": (
        ("provision", "--target", "nowhere.yaml"),
        "nowhere.yaml: cannot be read",
    ),
}
"""Whole command lines, run where there are words.txt, empty.txt, folder/ and pipe."""
