-- Removals held back because there are too many of them at once; an operator lets them go.
alter table ledger_row add column held_back boolean default false not null;
create index ledger_row_removal on ledger_row (state, wanted);

-- What was read from Procore to fill the commitment lookup: how far, and which commitments there are.
create table procore_reading (
    project_id bigint not null,
    subject varchar(40) not null,
    -- Procore's own clock when the reading began; the next one asks for what has changed since
    read_at timestamp with time zone not null,
    constraint one_reading_per_subject primary key (project_id, subject)
);

create table procore_project (
    project_id bigint not null,
    name varchar(400),
    constraint one_row_per_project primary key (project_id)
);

create table procore_commitment (
    project_id bigint not null,
    commitment_id bigint not null,
    commitment_type varchar(40) not null,
    number varchar(200),
    title varchar(400),
    vendor varchar(400),
    status varchar(100),
    constraint one_row_per_commitment primary key (project_id, commitment_id)
);

-- Subcontractor invoices that name the QuickBooks bill they were exported as.
create table procore_invoice (
    requisition_id bigint not null,
    project_id bigint not null,
    commitment_id bigint not null,
    commitment_type varchar(40) not null,
    bill_txn_id varchar(100) not null,
    invoice_number varchar(255),
    constraint one_row_per_invoice primary key (requisition_id)
);

create index procore_invoice_bill on procore_invoice (bill_txn_id);

-- One row: until when Procore asked to wait.
create table procore_pause (
    id integer not null,
    until timestamp with time zone,
    sentence varchar(400),
    constraint one_pause primary key (id)
);
insert into procore_pause (id) values (1);

-- One row: whether everything that was due was once delivered. Until then the ledger may stand in for one that was lost.
create table ledger_age (
    id integer not null,
    delivered_once boolean not null,
    constraint one_age primary key (id)
);
insert into ledger_age (id, delivered_once) values (1, false);
