-- Several company files may go into several Procore companies.

-- The Procore company that a company file goes into, as the settings said at the last start.
create table company_file (
    name varchar(200) not null,
    procore_company_id varchar(20) not null,
    constraint one_company_per_company_file primary key (name)
);

-- What was read from Procore is kept by company now: ids of projects and commitments mean something within theirs alone. It
-- is read anew by the next refresh; the lookup rows made from it stay.
drop table procore_reading;
drop table procore_project;
drop table procore_commitment;
drop table procore_invoice;

create table procore_reading (
    company_id varchar(20) default '' not null,
    project_id bigint not null,
    subject varchar(40) not null,
    -- Procore's own clock when the reading began; the next one asks for what has changed since
    read_at timestamp with time zone not null,
    constraint one_reading_per_subject primary key (company_id, project_id, subject)
);

create table procore_project (
    company_id varchar(20) default '' not null,
    project_id bigint not null,
    name varchar(400),
    constraint one_row_per_project primary key (company_id, project_id)
);

create table procore_commitment (
    company_id varchar(20) default '' not null,
    project_id bigint not null,
    commitment_id bigint not null,
    commitment_type varchar(40) not null,
    number varchar(200),
    title varchar(400),
    vendor varchar(400),
    status varchar(100),
    constraint one_row_per_commitment primary key (company_id, project_id, commitment_id)
);

-- Subcontractor invoices that name the QuickBooks bill they were exported as.
create table procore_invoice (
    company_id varchar(20) default '' not null,
    requisition_id bigint not null,
    project_id bigint not null,
    commitment_id bigint not null,
    commitment_type varchar(40) not null,
    bill_txn_id varchar(100) not null,
    invoice_number varchar(255),
    constraint one_row_per_invoice primary key (company_id, requisition_id)
);

create index procore_invoice_bill on procore_invoice (company_id, bill_txn_id);

-- A record that is adopted may belong to another row already.
create index ledger_row_held on ledger_row (held_procore_id);
