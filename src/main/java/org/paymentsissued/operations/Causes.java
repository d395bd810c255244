package org.paymentsissued.operations;

/** The failure itself, out of what Camel wraps around it. */
final class Causes {

    private Causes() {
    }

    /** The first cause that is not Camel's own way of saying that something failed. */
    static Throwable ownOf(Throwable failure) {
        Throwable own = failure;
        while (own.getCause() != null && own.getClass().getName().startsWith("org.apache.camel.")) {
            own = own.getCause();
        }
        return own;
    }
}
