/**
 * Runs routes without calling any other system: the stand-in for Procore, and the wall around the program. For test-route and dry run.
 */
package org.paymentsissued.trial;
