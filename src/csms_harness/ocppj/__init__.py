"""The wire: OCPP-J 1.6 frames, conversations and payloads. Pure; never raises on what a Central System sends."""
