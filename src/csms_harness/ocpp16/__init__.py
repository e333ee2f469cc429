"""The vocabulary of OCPP 1.6 and of the security whitepaper: nobody else spells OCPP."""
