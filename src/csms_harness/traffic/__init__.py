"""Recorded traffic judged without a Charge Point: OCPP frames found in logs, whoever wrote them."""
