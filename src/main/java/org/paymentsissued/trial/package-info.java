/**
 * Runs routes without calling any other system: what stands in place of Procore, and the wall around the program. For
 * test-route and preview.
 */
package org.paymentsissued.trial;
