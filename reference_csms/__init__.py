"""A small, exemplary OCPP 1.6-J Central System.

It is what `csms_harness` is shown against, and it shares no code with it: judge and judged stay
independent. Start it with the script `reference-csms`, or inside a test:

    from reference_csms.running import running
    from reference_csms.settings import Settings

    async with running(Settings(port=0, api_port=0)) as csms:
        print(csms.ocpp_url, csms.api_url)
"""
