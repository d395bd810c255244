-- What Procore made of texts that it keeps its own way; null where it stored what was sent.
alter table ledger_row add column stored_check_number varchar(255);
alter table ledger_row add column stored_invoice_number varchar(255);
alter table ledger_row add column stored_notes varchar(4200);
-- Procore has refused this change once in a way that deserves a second try.
alter table ledger_row add column refused_once boolean default false not null;
-- The dead letter of a whole commitment, project or company that this row waits behind.
alter table ledger_row add column behind_letter bigint;
create index ledger_row_behind on ledger_row (behind_letter);

-- Commitments, projects and companies that Procore refuses as a whole, or whose payments it cannot list. One dead letter each;
-- without a commitment the whole project is meant, without a project the whole company.
create table refusal (
    dead_letter_id bigint primary key,
    company_id varchar(40) not null,
    project_id bigint,
    commitment_id bigint,
    -- without the number of payments behind it
    sentence varchar(2000) not null,
    -- false once an operator has let go what waits behind it, until Procore takes or refuses it again
    is_open boolean not null
);

-- Records of Procore that the ledger held and holds no longer: an answer that names one of them again is a repeated one.
create table former_record (
    procore_id bigint primary key,
    ledger_row_id bigint not null
);
