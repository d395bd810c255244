-- Records that were left out because they hold characters that XML does not allow. While the text of one is the same, no
-- second dead letter is opened for it.
drop table spoiled_record;
create table spoiled_record (
    company_file varchar(200) not null,
    fingerprint varchar(64) not null,
    found_at timestamp with time zone not null,
    constraint one_entry_per_spoiled_record primary key (company_file, fingerprint)
);

-- How many sessions in a row ended because QuickBooks could not read the request (0x80040400), when the last did, and the qbXML
-- version of that request: another version starts the count again.
alter table web_connector drop column refused_request;
alter table web_connector add column refusals int default 0 not null;
alter table web_connector add column refused_at timestamp with time zone;
alter table web_connector add column refused_version varchar(20);

-- Failed logins are counted in memory: names that strangers make up are not worth a row.
drop table console_failure;
