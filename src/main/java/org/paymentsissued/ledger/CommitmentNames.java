package org.paymentsissued.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;
import org.paymentsissued.payment.CommitmentName;
import org.paymentsissued.payment.CommitmentRef;

/** What Procore has shown of names, for the sentences that people read. */
public final class CommitmentNames {

    private final LedgerDatabase database;

    public CommitmentNames(LedgerDatabase database) {
        this.database = database;
    }

    /** A commitment's number and title, as people say it. */
    static String of(String number, String title) {
        return (number + " " + (title.equals(number) ? "" : title)).strip();
    }

    public CommitmentName of(String companyId, CommitmentRef place) {
        return database.jdbc().sql("""
                select max(c.number) as number, max(c.title) as title, max(p.name) as project from (select 1 as one) o
                left join procore_commitment c on c.company_id = :company and c.project_id = :project and c.commitment_id = :commitment
                left join procore_project p on p.company_id = :company and p.project_id = :project""")
                .param("company", companyId).param("project", place.projectId()).param("commitment", place.commitmentId())
                .query((row, number) -> of(row, place)).single();
    }

    private static CommitmentName of(ResultSet row, CommitmentRef place) throws SQLException {
        return new CommitmentName(place, of(Rows.text(row, "number"), Rows.text(row, "title")), Rows.text(row, "project"));
    }

    /** Of the company that a company file's payments go into. */
    public CommitmentName ofFile(String companyFile, CommitmentRef place) {
        return of(database.jdbc().sql("select procore_company_id from company_file where name = :file").param("file", companyFile)
                .query(String.class).optional().orElse(""), place);
    }

    /** Such as "Riverside Clinic (project 1001)". */
    public String project(String companyId, long projectId) {
        String name = of(companyId, new CommitmentRef(projectId, 0)).project();
        return name.isEmpty() ? "project " + projectId : name + " (project " + projectId + ")";
    }
}
