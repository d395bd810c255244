-- How long Procore asked to wait, where that is longer than it is believed.
alter table procore_pause add column asked timestamp with time zone;
