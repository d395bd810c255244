package org.paymentsissued.payment;

/** A question that the documents of QuickBooks and Procore leave open and that a real server answers in passing. */
public enum Fact {
    KEY_LOCKS("Does a record of Procore with our key in origin_id refuse changes?"),
    DUPLICATE_KEY("What does Procore answer to a second record with the same key?"),
    DATE_FORM("In what form does Procore give the date of a payment?"),
    AMOUNT_FORM("In what form does Procore give an amount?"),
    LEFT_OUT("Which fields that were sent does Procore leave out of its answer?"),
    RATE_LIMIT_HEADERS("Which rate limit headers come with Procore's answers?"),
    WAIT_HEADERS("How does Procore say how long to wait?"),
    DATE_FILTER("Does Procore take a date filter without quotes?"),
    COMMITMENT_TYPES("How does Procore name the type of a commitment on a subcontractor invoice?"),
    VOID_SHAPE("What does a voided payment look like in QuickBooks?"),
    DISCOUNT_SHAPE("What do the lines of a payment hold in QuickBooks when a discount was taken?"),
    CREDIT_SHAPE("What does a payment that only used credits look like in QuickBooks?");

    private final String question;

    Fact(String question) {
        this.question = question;
    }

    public String question() {
        return question;
    }

    /** Records what was seen. */
    @FunctionalInterface
    public interface Notes {

        /** For a trial or a test, where they are not kept. */
        Notes NONE = (fact, evidence) -> { };

        /** @param evidence without names, ids and amounts */
        void note(Fact fact, String evidence);
    }
}
