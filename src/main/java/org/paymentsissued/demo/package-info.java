/**
 * A simulated QuickBooks and a simulated Procore for the demo command and for trials. Knows no other package of the product.
 */
package org.paymentsissued.demo;
