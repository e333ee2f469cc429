"""Every kind of mistake in a scenario, and exactly what its author is told."""

# ruff: noqa: E501  the texts are compared as they are printed

from __future__ import annotations

import pytest

from csms_harness.documents.mistakes import Mistakes
from csms_harness.scenario.load import parse_case, parse_state
from tests.scenario.documents import case, states

IN_STEPS = {
    "an unknown verb": (
        r"""
- sned: Heartbeat
""",
        r"""
case.yaml:8:5: this step has no verb
  - sned: Heartbeat
    ^ did you mean 'send'?
""",
    ),
    "no verb at all": (
        r"""
- note: The driver waits.
""",
        r"""
case.yaml:8:5: this step has no verb
  - note: The driver waits.
    ^ one of send, spoil, frame, ping, pong, receive, absent, state, connect, probe_tls, disconnect, wait, any_of, for_each, repeat
""",
    ),
    "two verbs": (
        r"""
- send: Heartbeat
  receive: Reset
""",
        r"""
case.yaml:9:5: two verbs in one step: send and receive; write two steps
    receive: Reset
    ^
""",
    ),
    "a step that is no mapping": (
        r"""
- Heartbeat
""",
        r"""
case.yaml:8:5: a step must be a mapping, not the text 'Heartbeat'
  - Heartbeat
    ^
""",
    ),
    "a modifier of another verb": (
        r"""
- send: Heartbeat
  trigger: {}
""",
        r"""
case.yaml:9:5: 'trigger' belongs to 'receive', not to 'send'
    trigger: {}
    ^
""",
    ),
    "an unknown modifier": (
        r"""
- send: Heartbeat
  expct: {currentTime: $now}
""",
        r"""
case.yaml:9:5: unknown key 'expct' in a 'send' step
    expct: {currentTime: $now}
    ^ did you mean 'expect'?
""",
    ),
    "a modifier that is like no other": (
        r"""
- disconnect: drop
  require: {currentTime: $now}
""",
        r"""
case.yaml:9:5: unknown key 'require' in a 'disconnect' step
    require: {currentTime: $now}
    ^ known are disconnect, save, step, note
""",
    ),
    "an unknown action": (
        r"""
- send: Hartbeat
""",
        r"""
case.yaml:8:11: OCPP 1.6 has no action 'Hartbeat'
  - send: Hartbeat
          ^ did you mean 'Heartbeat'?
""",
    ),
    "an action of the other side sent": (
        r"""
- send: Reset
""",
        r"""
case.yaml:8:11: Reset.req is sent by the Central System
  - send: Reset
          ^ use 'receive'
""",
    ),
    "an action of the other side received": (
        r"""
- receive: Heartbeat
  reply: {}
""",
        r"""
case.yaml:8:14: Heartbeat.req is sent by the Charge Point
  - receive: Heartbeat
             ^ use 'send'
""",
    ),
    "an action that is no text": (
        r"""
- send: [Heartbeat]
""",
        r"""
case.yaml:8:11: 'send' must name an action, not a list
  - send: [Heartbeat]
          ^
""",
    ),
    "an unknown member in with": (
        r"""
- send: Authorize
  with: {idTg: A}
""",
        r"""
case.yaml:9:12: Authorize.req has no member 'idTg'
    with: {idTg: A}
           ^ did you mean 'idTag'?
""",
    ),
    "a member of a payload that has none": (
        r"""
- send: Heartbeat
  with: {idTag: A}
""",
        r"""
case.yaml:9:12: Heartbeat.req has no members
    with: {idTag: A}
           ^
""",
    ),
    "an unknown member in expect": (
        r"""
- send: Authorize
  expect: {idTagInfo: {sttus: Accepted}}
""",
        r"""
case.yaml:9:26: idTagInfo has no member 'sttus'
    expect: {idTagInfo: {sttus: Accepted}}
                         ^ did you mean 'status'?
""",
    ),
    "an unknown member in trigger and where and reply": (
        r"""
- receive: Reset
  trigger: {typ: Hard}
  where: {kind: Hard}
  reply: {statuss: Accepted}
""",
        r"""
case.yaml:9:15: Reset.req has no member 'typ'
    trigger: {typ: Hard}
              ^ did you mean 'type'?
case.yaml:10:13: Reset.req has no member 'kind'
    where: {kind: Hard}
            ^
case.yaml:11:13: Reset.conf has no member 'statuss'
    reply: {statuss: Accepted}
            ^ did you mean 'status'?
""",
    ),
    "an unknown enumeration value": (
        r"""
- send: StatusNotification
  with: {connectorId: 1, status: Availabel}
""",
        r"""
case.yaml:9:36: status cannot be 'Availabel'
    with: {connectorId: 1, status: Availabel}
                                   ^ did you mean 'Available'?
""",
    ),
    "an unknown enumeration value that is close to none": (
        r"""
- receive: Reset
  expect: {type: Warm}
  reply: {status: Accepted}
""",
        r"""
case.yaml:9:20: type cannot be 'Warm'
    expect: {type: Warm}
                   ^ one of Hard, Soft
""",
    ),
    "text for a whole number": (
        r"""
- send: StatusNotification
  with: {connectorId: one, status: Available}
""",
        r"""
case.yaml:9:25: connectorId must be a whole number, not the text 'one'
    with: {connectorId: one, status: Available}
                        ^
""",
    ),
    "a fraction for a whole number": (
        r"""
- send: StatusNotification
  with: {connectorId: 1.5, status: Available}
""",
        r"""
case.yaml:9:25: connectorId must be a whole number, not the number 1.5
    with: {connectorId: 1.5, status: Available}
                        ^
""",
    ),
    "a number for text": (
        r"""
- send: Authorize
  with: {idTag: 12}
""",
        r"""
case.yaml:9:19: idTag must be text, not the number 12
    with: {idTag: 12}
                  ^ write '12' in quotes
""",
    ),
    "a boolean for a number": (
        r"""
- send: StatusNotification
  with: {connectorId: true}
""",
        r"""
case.yaml:9:25: connectorId must be a whole number, not the boolean true
    with: {connectorId: true}
                        ^
""",
    ),
    "a list for an object": (
        r"""
- send: Authorize
  expect: {idTagInfo: [1]}
""",
        r"""
case.yaml:9:25: idTagInfo must be a mapping, not a list
    expect: {idTagInfo: [1]}
                        ^
""",
    ),
    "a text too long": (
        r"""
- send: Authorize
  with: {idTag: ABCDEFGHIJKLMNOPQRSTUVWXYZ}
""",
        r"""
case.yaml:9:19: idTag holds at most 20 characters, this text has 26
    with: {idTag: ABCDEFGHIJKLMNOPQRSTUVWXYZ}
                  ^
""",
    ),
    "a date-time without zone": (
        r"""
- send: StatusNotification
  with: {timestamp: "2026-01-31T12:00:00"}
""",
        r"""
case.yaml:9:23: timestamp must be a date-time: no zone: Z or an offset such as +01:00 is required
    with: {timestamp: "2026-01-31T12:00:00"}
                      ^ or relative: $now + 30 min
""",
    ),
    "a payload that is no mapping": (
        r"""
- send: Authorize
  with: $idTag
""",
        r"""
case.yaml:9:11: 'with' must be a mapping of members, not the text '$idTag'
    with: $idTag
          ^
""",
    ),
    "infinity": (
        r"""
- send: MeterValues
  with: {connectorId: .inf}
""",
        r"""
case.yaml:9:25: inf is no JSON number
    with: {connectorId: .inf}
                        ^
""",
    ),
    "null in a list": (
        r"""
- receive: GetConfiguration
  trigger: {key: [null]}
  reply: $answer
""",
        r"""
case.yaml:9:21: a list may not hold null
    trigger: {key: [null]}
                    ^
""",
    ),
    "a path that is not there": (
        r"""
- send: Authorize
  save: {status: idTagInfo.sttus}
""",
        r"""
case.yaml:9:20: Authorize.conf has no 'idTagInfo.sttus' to save
    save: {status: idTagInfo.sttus}
                   ^ did you mean 'idTagInfo.status'?
""",
    ),
    "a name with a dash": (
        r"""
- send: Authorize
  save: {id-tag: idTagInfo.status}
""",
        r"""
case.yaml:9:12: 'id-tag' cannot be a name; letters, digits and _ can
    save: {id-tag: idTagInfo.status}
           ^
""",
    ),
    "a name never saved": (
        r"""
- send: BootNotification
  save: {interval: interval}
- wait: $intervall
  because: The answer says so
""",
        r"""
case.yaml:10:11: nothing before this saves $intervall
  - wait: $intervall
          ^ did you mean 'interval'?
""",
    ),
    "a name used before it is saved": (
        r"""
- send: StopTransaction
  with: {transactionId: $transactionId}
- state: Charging
""",
        r"""
case.yaml:9:27: nothing before this saves $transactionId
    with: {transactionId: $transactionId}
                          ^
""",
    ),
    "an unknown group of names": (
        r"""
- send: Authorize
  with: {idTag: $konfig.valid_id_tag}
""",
        r"""
case.yaml:9:19: $konfig.valid_id_tag is not known; only $config., $charge_point., $configuration., $csr., $hash_data., $other_case., $shorter., $longer., $longest., $zero_led., $joker., $samples., $letters., $emoji. have members
    with: {idTag: $konfig.valid_id_tag}
                  ^ did you mean 'config'?
""",
    ),
    "an unknown fact of the Charge Point": (
        r"""
- send: BootNotification
  with: {chargePointModel: $charge_point.modell}
""",
        r"""
case.yaml:9:30: the Charge Point has no 'modell'
    with: {chargePointModel: $charge_point.modell}
                             ^ did you mean 'model'?
""",
    ),
    "a dollar that begins no name": (
        r"""
- send: Authorize
  with: {idTag: $5}
""",
        r"""
case.yaml:9:19: '$5' is no $name; only $now takes + or -, and $$ begins a text with a dollar sign
    with: {idTag: $5}
                  ^
""",
    ),
    "arithmetic with something else than now": (
        r"""
- send: Authorize
  with: {idTag: $idTag + 1}
""",
        r"""
case.yaml:9:19: '$idTag + 1' is no $name; only $now takes + or -, and $$ begins a text with a dollar sign
    with: {idTag: $idTag + 1}
                  ^
""",
    ),
    "now where no date-time can stand": (
        r"""
- send: Authorize
  with: {idTag: $now}
""",
        r"""
case.yaml:9:19: idTag must be text, not a date-time
    with: {idTag: $now}
                  ^
""",
    ),
    "the answer in the wrong place": (
        r"""
- send: Authorize
  with: {idTag: $answer}
""",
        r"""
case.yaml:9:19: $answer stands only for a whole answer, as 'reply: $answer'
    with: {idTag: $answer}
                  ^
""",
    ),
    "a name saved in one branch only": (
        r"""
- any_of:
    - name: asked
      steps:
        - receive: Reset
          reply: $answer
          save: {kind: type}
    - name: not asked
      steps:
        - send: Heartbeat
- receive: Reset
  expect: {type: $kind}
  reply: $answer
""",
        r"""
case.yaml:18:20: $kind is saved only sometimes, so it may have no value here
    expect: {type: $kind}
                   ^
""",
    ),
    "asked without a trigger": (
        r"""
- receive: Reset
  expect: $asked
  reply: $answer
""",
        r"""
case.yaml:9:13: $asked stands only in a 'receive' that has a 'trigger'
    expect: $asked
            ^
""",
    ),
    "asked in a step that asks for nothing of the kind": (
        r"""
- send: Authorize
  with: {idTag: $asked.idTag}
""",
        r"""
case.yaml:9:19: $asked.idTag stands only in a 'receive' that has a 'trigger'
    with: {idTag: $asked.idTag}
                  ^
""",
    ),
    "a member that the trigger does not ask for": (
        r"""
- receive: RemoteStartTransaction
  trigger: {idTag: A, connectorId: null}
  expect: {connectorId: $asked}
  observe: {idTag: $asked.idTga}
  reply: $answer
""",
        r"""
case.yaml:10:27: the trigger of this step asks for no 'connectorId'
    expect: {connectorId: $asked}
                          ^
case.yaml:11:22: the trigger of this step asks for no 'idTga'
    observe: {idTag: $asked.idTga}
                     ^ did you mean 'idTag'?
""",
    ),
    "asked as a value in an answer": (
        r"""
- receive: DataTransfer
  trigger: {vendorId: v}
  reply: {status: Accepted, data: $asked}
""",
        r"""
case.yaml:10:37: $asked as a value needs the path to a member
    reply: {status: Accepted, data: $asked}
                                    ^ such as $asked.vendorId
""",
    ),
    "asked of a trigger that asks for nothing": (
        r"""
- receive: ClearCache
  trigger: {}
  expect: $asked
  reply: $answer
""",
        r"""
case.yaml:10:13: the trigger asks for nothing that $asked could be
    expect: $asked
            ^
""",
    ),
    "asked for an item of a list": (
        r"""
- receive: GetConfiguration
  trigger: {key: [A]}
  expect: {key: {contains: $asked}}
  reply: $answer
""",
        r"""
case.yaml:10:30: an item of a list has no place in what was asked for
    expect: {key: {contains: $asked}}
                             ^ say which, such as $asked.key.0
""",
    ),
    "as something else than asked": (
        r"""
- receive: Reset
  trigger: {type: Hard}
  expect: {as: $config.x}
  reply: $answer
""",
        r"""
case.yaml:10:18: 'as' takes only $asked, not the text '$config.x'
    expect: {as: $config.x}
                 ^
""",
    ),
    "as asked where no object is asked for": (
        r"""
- receive: SetChargingProfile
  trigger: {connectorId: 1}
  expect: {csChargingProfiles: {as: $asked, stackLevel: 1}}
  reply: $answer
""",
        r"""
case.yaml:10:39: 'as: $asked' needs a trigger that asks for an object here
    expect: {csChargingProfiles: {as: $asked, stackLevel: 1}}
                                      ^
""",
    ),
    "a condition with nothing that follows": (
        r"""
- receive: Reset
  if: {type: Hard}
  reply: $answer
""",
        r"""
case.yaml:9:5: 'if' needs a 'then' beside it: what must hold when the condition does
    if: {type: Hard}
    ^
""",
    ),
    "what follows from no condition": (
        r"""
- receive: Reset
  then: {type: Hard}
  else: {type: Soft}
  reply: $answer
""",
        r"""
case.yaml:9:5: 'then' needs an 'if' beside it: the condition
    then: {type: Hard}
    ^
case.yaml:10:5: 'else' needs an 'if' beside it: the condition
    else: {type: Soft}
    ^
""",
    ),
    "a predicate that is for lists": (
        r"""
- receive: Reset
  expect: {type: {only: [Hard]}}
  reply: $answer
""",
        r"""
case.yaml:9:21: 'only' is for lists, and type is none
    expect: {type: {only: [Hard]}}
                    ^
""",
    ),
    "a name that the language keeps": (
        r"""
- {receive: Reset, save: {asked: type}, reply: $answer}
- {for_each: {now: [1]}, steps: [{send: Heartbeat}]}
""",
        r"""
case.yaml:8:29: 'asked' is a name that the language keeps for itself
  - {receive: Reset, save: {asked: type}, reply: $answer}
                            ^
case.yaml:9:17: 'now' is a name that the language keeps for itself
  - {for_each: {now: [1]}, steps: [{send: Heartbeat}]}
                ^
""",
    ),
    "two branches of our own": (
        r"""
- any_of:
    - name: one
      steps:
        - send: Heartbeat
    - name: two
      steps:
        - wait: 1 s
          because: Patience
""",
        r"""
case.yaml:14:13: only one branch of 'any_of' may begin with something else than 'receive'
          - wait: 1 s
            ^
""",
    ),
    "two branches with one name": (
        r"""
- any_of:
    - name: one
      steps: [{receive: Reset, reply: $answer}]
    - name: one
      steps: [{receive: ClearCache, reply: $answer}]
""",
        r"""
case.yaml:11:9: two branches have the name 'one'
      - name: one
        ^
""",
    ),
    "a single branch": (
        r"""
- any_of:
    - name: one
      steps: [{receive: Reset, reply: $answer}]
""",
        r"""
case.yaml:9:7: 'any_of' needs at least two branches
      - name: one
      ^
""",
    ),
    "a branch without a name": (
        r"""
- any_of:
    - steps: [{receive: Reset, reply: $answer}]
    - name: two
      steps: [{send: Heartbeat}]
""",
        r"""
case.yaml:9:9: a branch of 'any_of' needs 'name'
      - steps: [{receive: Reset, reply: $answer}]
        ^
""",
    ),
    "an unknown state": (
        r"""
- state: Chargin
""",
        r"""
case.yaml:8:5: there is no state 'Chargin'
  - state: Chargin
    ^ did you mean 'Charging'?
""",
    ),
    "an unknown parameter": (
        r"""
- state: Charging
  with: {idTg: A}
""",
        r"""
case.yaml:8:5: the state Charging has no parameter 'idTg'
  - state: Charging
    ^ did you mean 'idTag'?
""",
    ),
    "a wait without a reason": (
        r"""
- wait: 10 s
""",
        r"""
case.yaml:8:5: 'wait' needs 'because': the reason the protocol gives for it
  - wait: 10 s
    ^
""",
    ),
    "a duration without a unit": (
        r"""
- wait: 10 seconds
  because: Patience
""",
        r"""
case.yaml:8:11: '10 seconds' is no duration; write a number with ms, s, min or h, such as 30 s
  - wait: 10 seconds
          ^
""",
    ),
    "a negative duration": (
        r"""
- wait: -3
  because: Patience
""",
        r"""
case.yaml:8:11: 'wait' must be a duration such as 30 s, not the number -3
  - wait: -3
          ^
""",
    ),
    "absent without during": (
        r"""
- absent: Reset
""",
        r"""
case.yaml:8:5: 'absent' needs 'during': how long the message must not come
  - absent: Reset
    ^
""",
    ),
    "a regular expression that is none": (
        r"""
- receive: Reset
  expect: {type: {matches: "("}}
  reply: $answer
""",
        r"""
case.yaml:9:30: '(' is no regular expression: missing ), unterminated subpattern at position 0
    expect: {type: {matches: "("}}
                             ^
""",
    ),
    "predicates mixed with members": (
        r"""
- send: Authorize
  expect: {idTagInfo: {present: true, status: Accepted}}
""",
        r"""
case.yaml:9:41: a predicate (present) and a member ('status') stand in one mapping; write only one kind
    expect: {idTagInfo: {present: true, status: Accepted}}
                                        ^
""",
    ),
    "a misspelt predicate": (
        r"""
- send: BootNotification
  expect: {interval: {at_lest: 1}}
""",
        r"""
case.yaml:9:25: interval is no object, it has no members
    expect: {interval: {at_lest: 1}}
                        ^ did you mean 'at_least'?
""",
    ),
    "a number predicate for text": (
        r"""
- send: BootNotification
  expect: {status: {at_least: 1}}
""",
        r"""
case.yaml:9:23: 'at_least' is for numbers and date-times, and status is none
    expect: {status: {at_least: 1}}
                      ^
""",
    ),
    "a list predicate for a number": (
        r"""
- send: BootNotification
  expect: {interval: {count: 1}}
""",
        r"""
case.yaml:9:25: 'count' is for lists, and interval is none
    expect: {interval: {count: 1}}
                        ^
""",
    ),
    "a text as a bound": (
        r"""
- send: BootNotification
  expect: {interval: {at_least: many}}
""",
        r"""
case.yaml:9:35: interval must be a whole number, not the text 'many'
    expect: {interval: {at_least: many}}
                                  ^
""",
    ),
    "a list as a bound": (
        r"""
- send: BootNotification
  expect: {interval: {at_most: [1]}}
""",
        r"""
case.yaml:9:34: a number, a date-time or a $name is compared with, not a list
    expect: {interval: {at_most: [1]}}
                                 ^
""",
    ),
    "one_of without a list": (
        r"""
- send: BootNotification
  expect: {status: {one_of: Accepted}}
""",
        r"""
case.yaml:9:31: 'one_of' must be a list, not the text 'Accepted'
    expect: {status: {one_of: Accepted}}
                              ^
""",
    ),
    "one_of with nothing": (
        r"""
- send: BootNotification
  expect: {status: {one_of: []}}
""",
        r"""
case.yaml:9:31: 'one_of' needs at least one value
    expect: {status: {one_of: []}}
                              ^
""",
    ),
    "one_of with a wrong value": (
        r"""
- send: BootNotification
  expect: {status: {one_of: [Accepted, Acceptd]}}
""",
        r"""
case.yaml:9:42: status cannot be 'Acceptd'
    expect: {status: {one_of: [Accepted, Acceptd]}}
                                         ^ did you mean 'Accepted'?
""",
    ),
    "near without tolerance": (
        r"""
- send: BootNotification
  expect: {currentTime: {near: $now}}
""",
        r"""
case.yaml:9:28: 'near' needs a 'tolerance' beside it
    expect: {currentTime: {near: $now}}
                           ^ such as {near: $now, tolerance: 5 min}
""",
    ),
    "tolerance without near": (
        r"""
- send: BootNotification
  expect: {currentTime: {tolerance: 5 min}}
""",
        r"""
case.yaml:9:28: 'tolerance' needs a 'near' beside it
    expect: {currentTime: {tolerance: 5 min}}
                           ^
""",
    ),
    "present that is no boolean": (
        r"""
- send: BootNotification
  expect: {currentTime: {present: yes}}
""",
        r"""
case.yaml:9:37: 'present' must be true or false, not the text 'yes'
    expect: {currentTime: {present: yes}}
                                    ^
""",
    ),
    "after for a number": (
        r"""
- send: BootNotification
  expect: {interval: {after: $now}}
""",
        r"""
case.yaml:9:25: 'after' is for date-times, and interval is none
    expect: {interval: {after: $now}}
                        ^
""",
    ),
    "null as an expectation": (
        r"""
- send: BootNotification
  expect: {status: null}
""",
        r"""
case.yaml:9:22: null matches nothing
    expect: {status: null}
                     ^ say {present: false} for what must be absent
""",
    ),
    "an expectation that is no mapping": (
        r"""
- send: BootNotification
  expect: Accepted
""",
        r"""
case.yaml:9:13: 'expect' must be a mapping of members, not the text 'Accepted'
    expect: Accepted
            ^
""",
    ),
    "an answer and an error": (
        r"""
- receive: Reset
  reply: {status: Accepted}
  reply_error: {code: InternalError}
""",
        r"""
case.yaml:9:5: 'reply' and 'reply_error' cannot stand in one step
    reply: {status: Accepted}
    ^
""",
    ),
    "an error without a code": (
        r"""
- receive: Reset
  reply_error: {description: no}
""",
        r"""
case.yaml:9:18: 'reply_error' needs a 'code'
    reply_error: {description: no}
                 ^ such as InternalError
""",
    ),
    "an unknown error code": (
        r"""
- receive: Reset
  reply_error: {code: InternalEror}
""",
        r"""
case.yaml:9:25: code cannot be 'InternalEror'
    reply_error: {code: InternalEror}
                        ^ did you mean 'InternalError'?
""",
    ),
    "an expectation beside an expected error": (
        r"""
- send: DataTransfer
  expect_error: {code: NotSupported}
  expect: {status: Accepted}
""",
        r"""
case.yaml:10:5: 'expect' and 'expect_error' cannot stand in one step
    expect: {status: Accepted}
    ^
""",
    ),
    "a connection with something in it": (
        r"""
- connect: {expect: {subprotocol: ocpp1.6}}
""",
        r"""
case.yaml:8:15: unknown key 'expect' in 'connect'
  - connect: {expect: {subprotocol: ocpp1.6}}
              ^ 'expect' stands beside it, in its column
""",
    ),
    "an unknown way to disconnect": (
        r"""
- disconnect: hard
""",
        r"""
case.yaml:8:17: 'disconnect' must be empty (in order), 'drop' or 'former', not the text 'hard'
  - disconnect: hard
                ^
""",
    ),
    "a loop over nothing": (
        r"""
- for_each: {connectorId: []}
  steps: [{send: Heartbeat}]
""",
        r"""
case.yaml:8:29: 'for_each' goes through a list or a $name, not an empty list
  - for_each: {connectorId: []}
                            ^
""",
    ),
    "a loop over two things": (
        r"""
- for_each: {one: [1], two: [2]}
  steps: [{send: Heartbeat}]
""",
        r"""
case.yaml:8:15: 'for_each' names exactly one value, such as {connectorId: [1, 2]}
  - for_each: {one: [1], two: [2]}
              ^
""",
    ),
    "a loop without steps": (
        r"""
- repeat: 2
""",
        r"""
case.yaml:8:5: 'repeat' needs 'steps': what is done each time
  - repeat: 2
    ^
""",
    ),
    "zero times": (
        r"""
- repeat: 0
  steps: [{send: Heartbeat}]
""",
        r"""
case.yaml:8:13: 'repeat' must be a whole number from 1 on or a $name, not the number 0
  - repeat: 0
            ^
""",
    ),
    "a step number that is none": (
        r"""
- step: [1, two]
  send: Heartbeat
""",
        r"""
case.yaml:8:15: a step number must be a whole number from 1 on, not the text 'two'
  - step: [1, two]
              ^
""",
    ),
    "an empty note": (
        r"""
- note: ""
  send: Heartbeat
""",
        r"""
case.yaml:8:11: 'note' must be text, not empty
  - note: ""
          ^
""",
    ),
    "a flag that is no boolean": (
        r"""
- receive: Reset
  optional: maybe
  reply: $answer
""",
        r"""
case.yaml:9:15: 'optional' must be true or false, not the text 'maybe'
    optional: maybe
              ^
""",
    ),
    "an unknown key of a case": (
        r"""
- send: Heartbeat
---more
forbidden: [Reset]
""",
        r"""
case.yaml:9:1: unknown key 'forbidden' in a test case
forbidden: [Reset]
^ did you mean 'forbid'?
""",
    ),
    "an action of our own forbidden": (
        r"""
- send: Heartbeat
---more
forbid: [Heartbeat]
""",
        r"""
case.yaml:9:10: Heartbeat.req is sent by the Charge Point
forbid: [Heartbeat]
         ^
""",
    ),
    "an unknown claim": (
        r"""
- send: Heartbeat
---more
requires: [profile.Reservations]
""",
        r"""
case.yaml:9:12: 'profile.Reservations' is no claim; a feature profile is, such as profile.Reservation
requires: [profile.Reservations]
           ^ did you mean 'profile.Reservation'?
""",
    ),
    "an unknown start": (
        r"""
- send: Heartbeat
---more
before: {from: boted}
""",
        r"""
case.yaml:9:16: 'from' must be booted or disconnected, not the text 'boted'
before: {from: boted}
               ^ did you mean 'booted'?
""",
    ),
    "a configuration value that is a list": (
        r"""
- send: Heartbeat
---more
before:
  configuration: {HeartbeatInterval: [1]}
""",
        r"""
case.yaml:10:38: the configuration key HeartbeatInterval needs a single value, not a list
  configuration: {HeartbeatInterval: [1]}
                                     ^
""",
    ),
    "an unknown state before": (
        r"""
- send: Heartbeat
---more
before: {states: [Authorised]}
""",
        r"""
case.yaml:9:19: there is no state 'Authorised'
before: {states: [Authorised]}
                  ^
""",
    ),
    "absent_means alone": (
        r"""
- receive: DataTransfer
  expect: {data: {absent_means: x}}
  reply: $answer
""",
        r"""
case.yaml:9:21: 'absent_means' needs another predicate beside it
    expect: {data: {absent_means: x}}
                    ^
""",
    ),
    "a reply that is text": (
        r"""
- receive: Reset
  reply: Accepted
""",
        r"""
case.yaml:9:12: 'reply' must be a mapping of members or $answer, not the text 'Accepted'
    reply: Accepted
           ^
""",
    ),
    "a loop with a name that cannot be": (
        r"""
- for_each: {connector-id: [1]}
  steps: [{send: Heartbeat}]
""",
        r"""
case.yaml:8:16: 'connector-id' cannot be a name; letters, digits and _ can
  - for_each: {connector-id: [1]}
               ^
""",
    ),
    "a branch that is no mapping": (
        r"""
- any_of: [one, two]
""",
        r"""
case.yaml:8:14: a branch of 'any_of' must be a mapping, not the text 'one'
  - any_of: [one, two]
             ^
case.yaml:8:19: a branch of 'any_of' must be a mapping, not the text 'two'
  - any_of: [one, two]
                  ^
""",
    ),
    "a state before without a name": (
        r"""
- send: Heartbeat
---more
before: {states: [{with: {idTag: A}}]}
""",
        r"""
case.yaml:9:19: a state to run needs its name under 'state'
before: {states: [{with: {idTag: A}}]}
                  ^
""",
    ),
}
"""Steps from line 8 on (behind ``---more``: further keys of the case), and what is told about them."""

IN_CASES = {
    "a file without most keys": (
        r"""
id: TC_010_CSMS
scenario:
  - send: Heartbeat
""",
        r"""
case.yaml:1:1: missing here: 'name', 'section', 'edition', 'profile'
id: TC_010_CSMS
^
""",
    ),
    "an unknown feature profile": (
        r"""
id: TC_010_CSMS
name: X
section: 3.4.1
edition: "2025-11"
profile: Cor
scenario: [{send: Heartbeat}]
""",
        r"""
case.yaml:5:10: 'profile' must be Core, FirmwareManagement, LocalAuthListManagement, Reservation, RemoteTrigger, SmartCharging or Security, not the text 'Cor'
profile: Cor
         ^ did you mean 'Core'?
""",
    ),
    "a section that is a number": (
        r"""
id: TC_010_CSMS
name: X
section: 3.4
edition: "2025-11"
profile: Core
scenario: [{send: Heartbeat}]
""",
        r"""
case.yaml:3:10: 'section' must be text, not the number 3.4
section: 3.4
         ^ write it in quotes
""",
    ),
    "an id of a Charge Point case": (
        r"""
id: TC_010_CS
name: X
section: 3.4.1
edition: "2025-11"
profile: Core
scenario: [{send: Heartbeat}]
""",
        r"""
case.yaml:1:5: 'TC_010_CS' is no id of a case of the CSMS
id: TC_010_CS
    ^ such as TC_010_CSMS
""",
    ),
    "no steps": (
        r"""
id: TC_010_CSMS
name: X
section: 3.4.1
edition: "2025-11"
profile: Core
scenario: []
""",
        r"""
case.yaml:6:11: 'scenario' holds no step
scenario: []
          ^
""",
    ),
    "a list instead of a case": (
        r"""
- a
""",
        r"""
case.yaml:1:1: a test case must be a mapping, not a list
- a
^
""",
    ),
}
"""Whole cases."""

IN_STATES = {
    "a parameter with a name that the language keeps": (
        r"""
state: Stopping
section: "3.22"
edition: "2025-11"
params: {asked: 1}
scenario:
  - send: Heartbeat
""",
        r"""
case.yaml:4:10: 'asked' is a name that the language keeps for itself
params: {asked: 1}
         ^
""",
    ),
    "a state that uses the names of its caller": (
        r"""
state: Stopping
section: "3.22"
edition: "2025-11"
scenario:
  - send: StopTransaction
    with: {transactionId: $transactionId}
""",
        r"""
case.yaml:6:27: nothing before this saves $transactionId
    with: {transactionId: $transactionId}
                          ^
""",
    ),
    "a state that runs itself": (
        r"""
state: Stopping
section: "3.22"
edition: "2025-11"
before: {states: [Stopping]}
scenario:
  - send: Heartbeat
""",
        r"""
case.yaml:4:19: the state Stopping runs itself: Stopping → Stopping
before: {states: [Stopping]}
                  ^
""",
    ),
}
"""Whole states."""


@pytest.mark.parametrize("name", IN_STEPS)
def test_a_mistake_in_a_step_is_told_with_its_line_and_a_caret(name: str) -> None:
    text, told = IN_STEPS[name]
    steps, _, more = text.lstrip("\n").partition("\n---more\n")
    with pytest.raises(Mistakes) as mistakes:
        case(f"{steps}\n", more)
    assert f"\n{mistakes.value}\n" == told


@pytest.mark.parametrize("name", IN_CASES)
def test_a_mistake_in_a_case_is_told_with_its_line_and_a_caret(name: str) -> None:
    text, told = IN_CASES[name]
    with pytest.raises(Mistakes) as mistakes:
        parse_case(text.lstrip("\n"), "case.yaml", states())
    assert f"\n{mistakes.value}\n" == told


@pytest.mark.parametrize("name", IN_STATES)
def test_a_mistake_in_a_state_is_told_with_its_line_and_a_caret(name: str) -> None:
    text, told = IN_STATES[name]
    with pytest.raises(Mistakes) as mistakes:
        parse_state(text.lstrip("\n"), "case.yaml", states())
    assert f"\n{mistakes.value}\n" == told
