package org.paymentsissued.broken.payment;

import java.sql.ResultSet;

/** Lets a value know how it is stored. */
class KnowsSql {
    ResultSet row;
}
