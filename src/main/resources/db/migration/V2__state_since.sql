-- When a row came into its state. What was merely read again stays out of a sync's counts.
alter table ledger_row add column state_since timestamp with time zone;
update ledger_row set state_since = changed_at;
