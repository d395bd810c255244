/**
 * Reads and checks route files before they run: which file, which line, what is wrong. Knows Camel, and no other package of
 * the product.
 */
package org.paymentsissued.routecheck;
