/**
 * What limits calls to other machines: a limit for the whole call and for its answer, which certificates are trusted, and
 * the way through a proxy. It knows no other package; {@code procore} and {@code quickbooks} use it.
 */
package org.paymentsissued.http;
