-- Parts of the commitment lookup that Procore did not give when they were last asked for.
create table procore_stale (
    company_id varchar(20) not null,
    -- 0 stands for the company itself
    project_id bigint not null,
    subject varchar(40) not null,
    since timestamp with time zone not null,
    reason varchar(1000) not null,
    constraint one_row_per_stale_part primary key (company_id, project_id, subject)
);
