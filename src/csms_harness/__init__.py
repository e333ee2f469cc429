"""An open compliance harness for OCPP 1.6-J Central Systems."""
