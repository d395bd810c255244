-- How a ledger that was restored from an older copy is told from one that went on: Procore may hold more than it knows.

-- When it was found to be a copy; empty once everything since is read and delivered.
alter table ledger_age add column copied_at timestamp with time zone;
-- The PostgreSQL database it lives in, by that server's own numbers. A dump restored elsewhere, or a standby that took over,
-- has others. Empty with H2, whose copies are marked as they are made.
alter table ledger_age add column place varchar(100);
-- The database that it was moved into, which is the ledger now; this one is not used any more.
alter table ledger_age add column moved_to varchar(400);
