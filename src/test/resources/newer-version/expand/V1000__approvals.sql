-- What a later version may add while nodes of this one still run.
alter table payment add column approved_by varchar(100);
create table approval (
    payment_id bigint not null,
    at timestamp with time zone not null,
    constraint one_approval_per_payment primary key (payment_id)
);
create index payment_payee on payment (payee);
