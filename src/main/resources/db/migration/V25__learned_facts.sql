-- What the documents of QuickBooks and Procore leave open and this installation has seen, without names and amounts.
create table learned_fact (
    fact varchar(40) not null,
    evidence varchar(400) not null,
    noted_at timestamp with time zone not null,
    constraint one_row_per_evidence primary key (fact, evidence)
);
