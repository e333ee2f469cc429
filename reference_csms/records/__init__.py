"""What the Central System remembers: tables, and one module of functions per kind of record.

Every function takes an open database connection and leaves the transaction to `Store.within`.
"""
