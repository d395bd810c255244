-- Each sync asks for the payments that changed last; without this it would look at every one that was ever read.
create index payment_modified on payment (company_file, payment_kind, time_modified desc, id desc);
