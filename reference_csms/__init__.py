"""A small, exemplary OCPP 1.6-J Central System.

It is what `csms_harness` is shown against, and it shares no code with it: judge and judged stay independent.
Start it with `python -m reference_csms`, or inside a test:

    from reference_csms.running import running
    from reference_csms.settings import Settings

    async with running(Settings(port=0, api_port=0)) as csms:
        print(csms.ocpp_url, csms.api_url)

A good way to read it, from the wire up:

    wire            frames, payloads and error codes of OCPP-J 1.6
    door            a handshake: who may come in (`handshake`), and how that ends
    conversation    one connection: it reads, answers one CALL after another, and sends its own one at a time
    reception       whether a CALL of the Charge Point is taken, and by which method of `answers`
    desk            the CALLs of the Central System: made, sent, settled (`requests` before, `outcomes` after)
    central_system  all conversations together, and what the operator orders
    records         what is remembered, in a database
    api             the operator's side, over HTTP
    running         all of it, listening

`seams` says where something can be plugged in. What is wrong on purpose is no part of this package: it stands
beside it, in `reference_faults`.
"""
