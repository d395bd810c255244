package org.paymentsissued.payment;

/**
 * A commitment as people know it.
 *
 * @param name    its number and title; empty where Procore has not shown them
 * @param project the project's name; empty likewise
 */
public record CommitmentName(CommitmentRef commitment, String name, String project) {

    /** Whether Procore has shown any of it. */
    public boolean isKnown() {
        return !name.isEmpty() || !project.isEmpty();
    }

    /** Such as "SC-014 Interior drywall of Riverside Clinic". */
    public String words() {
        return (name.isEmpty() ? "commitment " + commitment.commitmentId() : name) + " of "
                + (project.isEmpty() ? "project " + commitment.projectId() : project);
    }

    /** The same with the ids as a detail, as it is said where people may have to look for it. */
    public String withIds() {
        return isKnown() ? words() + " (" + commitment.words() + ")" : commitment.words();
    }
}
