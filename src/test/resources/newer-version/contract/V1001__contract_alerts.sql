-- What a later version may take away once no node of this one runs any more.
drop table alert;
