-- Records that were left out because they hold characters that XML does not allow. While the text of one is the same, no
-- second dead letter is opened for it.
drop table spoiled_record;
create table spoiled_record (
    company_file varchar(200) not null,
    fingerprint varchar(64) not null,
    found_at timestamp with time zone not null,
    constraint one_entry_per_spoiled_record primary key (company_file, fingerprint)
);
