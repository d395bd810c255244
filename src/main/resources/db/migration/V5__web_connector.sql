-- What is known of the QuickBooks Web Connector that reads a company file: its file id, whether a reading is due, which
-- company file it has to be, and its last call. Sessions are not kept: a lost one is begun anew.
create table web_connector (
    company_file varchar(200) not null,
    -- FileID of the .qwc file: QuickBooks keeps it in the company file, so it never changes once given out
    file_id varchar(40) not null,
    -- when a reading was last asked for; empty where one that began later has ended well, so that nothing is due
    wanted_at timestamp with time zone,
    -- the company file that was read in the first session; another one is refused
    bound_path varchar(1000),
    bound_company varchar(500),
    -- a request that QuickBooks could not parse (0x80040400); it is never sent again as it is
    refused_request text,
    last_called_at timestamp with time zone,
    last_called_from varchar(100),
    last_operation varchar(40),
    last_result varchar(2000),
    last_read_at timestamp with time zone,
    refused_login_at timestamp with time zone,
    refused_login_from varchar(100),
    constraint one_web_connector_per_company_file primary key (company_file),
    constraint one_company_file_per_file_id unique (file_id)
);
