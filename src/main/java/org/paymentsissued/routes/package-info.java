/**
 * Reads and judges route files before they run: what stands in which file on which line, and what is wrong with it. Knows
 * Camel, and no other room of the product.
 */
package org.paymentsissued.routes;
