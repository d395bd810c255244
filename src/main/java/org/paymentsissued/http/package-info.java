/**
 * What calls to other machines keep to: a limit for the whole call and for its answer, whose certificates are believed, and
 * the way through a proxy. It knows no other package; {@code procore} and {@code quickbooks} use it.
 */
package org.paymentsissued.http;
