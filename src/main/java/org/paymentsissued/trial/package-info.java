/** What keeps a trial of routes from reaching anybody: the stand-in for Procore, and the wall around the program. */
package org.paymentsissued.trial;
