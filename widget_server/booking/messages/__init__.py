"""Mails: the visitor, the employees and the owner hear what becomes of a booking.

What is to be told is written into the ledger's outbox in the transaction in which it happens
(`telling`), without a word about the visitor. When it leaves (`delivering`), the address is asked
of the platform, the mail is written in the receiver's language and zone (`letters`, `composing`),
and handed to the mail server (`smtp`), or in the demo put into a folder (`folder`).
"""
