package org.paymentsissued.payment;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks through wrappers: what a bean throws inside a route, or a driver inside a pool, comes wrapped. */
public final class Cause {

    private Cause() {
    }

    /** The outermost cause of this type; empty where there is none. */
    public static <T extends Throwable> Optional<T> in(Throwable failure, Class<T> type) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return Optional.of(type.cast(cause));
            }
        }
        return Optional.empty();
    }

    /** The failure that began it. */
    public static Throwable root(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    /** What each failure of a chain says, once. */
    public static String words(Throwable failure) {
        List<String> messages = new ArrayList<>();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = cause.getMessage();
            if (message != null && messages.stream().noneMatch(known -> known.contains(message))) {
                messages.add(message);
            }
        }
        return messages.isEmpty() ? failure.toString() : String.join(" | ", messages);
    }

    /** The first cause that is not Camel's own way of saying that something failed. */
    public static Throwable own(Throwable failure) {
        Throwable own = failure;
        while (own.getCause() != null && own.getClass().getName().startsWith("org.apache.camel.")) {
            own = own.getCause();
        }
        return own;
    }
}
