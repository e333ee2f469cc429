"""X.509 as the security whitepaper uses it: certificates, requests and signatures as data. No key is made here."""
