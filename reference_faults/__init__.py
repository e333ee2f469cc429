"""What is wrong with the reference Central System on purpose, and what is legal but unexpected.

Everything here hooks into the seams of `reference_csms`, which knows nothing of it:

    faults      named faults, in tables: by message, by member, by frame, by session
    noise       legal noises: what OCPP 1.6 leaves to a Central System, done otherwise than usual
    latency     answers that take their time

How one is made:

    origin      the line of a table where a fault or noise is declared (`reference-csms --explain NAME`)
    deviation   a named way to behave otherwise, plugged in with a ledger of what it did
    landing     what a deviation does with one frame, and whether that showed on the wire
    edits       changes of a payload
    choosing    from names to what is plugged in
"""
