"""OCPP-J on the side of the Central System: frames, payloads and the conversation with one Charge Point."""
