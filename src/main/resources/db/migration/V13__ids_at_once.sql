-- H2 writes to the disk for each lot of numbers that an identity column takes; by the usual lot of 32 that was a third of a
-- reading. PostgreSQL gives each connection a lot of its own, and numbers would not follow the order of reading: one at a time.
alter table payment alter column id set cache ${ids_at_once};
alter table ledger_row alter column id set cache ${ids_at_once};
