-- What reading QuickBooks has to remember beside its watermarks.

-- When a feed was last read to its end. QuickBooks keeps deletions for 90 days only: after a longer pause every payment
-- has to be asked for by its id.
create table feed_reading (
    company_file varchar(200) not null,
    feed varchar(40) not null,
    read_at timestamp with time zone not null,
    constraint one_last_reading_per_feed primary key (company_file, feed)
);

-- How far a backfill of a range of dates has come, so that one that was stopped goes on where it was.
create table backfill_progress (
    company_file varchar(200) not null,
    feed varchar(40) not null,
    date_range varchar(40) not null,
    done_to date not null,
    constraint one_progress_per_range primary key (company_file, feed, date_range)
);

-- Records that spoil every page they are in. The span of modified time they lie in is read as a page of its own, and the
-- record itself, while its text is the same, is not made a dead letter twice.
create table spoiled_record (
    company_file varchar(200) not null,
    feed varchar(40) not null,
    fingerprint varchar(64) not null,
    span_from varchar(40) not null,
    span_to varchar(40) not null,
    found_at timestamp with time zone not null,
    constraint one_entry_per_spoiled_record primary key (company_file, feed, fingerprint, span_from)
);

-- What QuickBooks says of a bill that the commitment lookup does not know: enough for a person to find its commitment.
create table bill_facts (
    company_file varchar(200) not null,
    bill_txn_id varchar(100) not null,
    -- false where QuickBooks was asked and knows no such bill
    found boolean not null,
    vendor varchar(250),
    bill_number varchar(255),
    bill_date date,
    amount_due decimal(18, 2),
    memo varchar(4200),
    -- one a line, as Customer:Job
    jobs varchar(4000),
    purchase_orders varchar(4000),
    -- one a line, as Name = value
    custom_fields varchar(4000),
    asked_at timestamp with time zone not null,
    constraint facts_once_per_bill primary key (company_file, bill_txn_id)
);
