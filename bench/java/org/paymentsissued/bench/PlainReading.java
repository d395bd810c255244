package org.paymentsissued.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * What reading takes without routes: one pass of a stream parser, and batches of JDBC into the same tables, with the same
 * columns, lookup and payment text. It trusts its input: nothing is judged, nothing set aside, nothing checked for its end.
 */
public final class PlainReading {

    private static final int PAYMENTS_A_TRANSACTION = 100;

    private PlainReading() {
    }

    private static XMLStreamReader open(InputStream in) throws XMLStreamException {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        return factory.createXMLStreamReader(in);
    }

    /** Reads to the end and keeps nothing. @return events seen */
    static long parse(Path file) throws IOException, XMLStreamException {
        long events = 0;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            XMLStreamReader xml = open(in);
            while (xml.hasNext()) {
                xml.next();
                events++;
            }
        }
        return events;
    }

    private record Line(String bill, String number, LocalDate date, BigDecimal amount) { }

    private static final class Check {
        private final Map<String, String> fields = new HashMap<>();
        private final List<Line> lines = new ArrayList<>();
        private String xml;
    }

    private record Place(long project, long contract, String type) { }

    /** Reads into the tables of the ledger. */
    static void read(Path file, DataSource ledger, long run) throws IOException, XMLStreamException, SQLException {
        List<Check> checks = new ArrayList<>();
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
                Connection connection = ledger.getConnection()) {
            connection.setAutoCommit(false);
            XMLStreamReader xml = open(in);
            while (xml.hasNext()) {
                if (xml.next() == XMLStreamConstants.START_ELEMENT && xml.getLocalName().equals("BillPaymentCheckRet")) {
                    checks.add(check(xml));
                    if (checks.size() == PAYMENTS_A_TRANSACTION) {
                        write(checks, connection, run);
                        checks.clear();
                    }
                }
            }
            write(checks, connection, run);
            connection.setAutoCommit(true);
        }
    }

    private static Check check(XMLStreamReader xml) throws XMLStreamException {
        Check check = new Check();
        StringBuilder copy = new StringBuilder("<BillPaymentCheckRet>");
        StringBuilder text = new StringBuilder();
        Map<String, String> line = null;
        String list = "";
        for (int depth = 1; depth > 0;) {
            int event = xml.next();
            if (event == XMLStreamConstants.START_ELEMENT) {
                depth++;
                copy.append('<').append(xml.getLocalName()).append('>');
                text.setLength(0);
                if (xml.getLocalName().equals("AppliedToTxnRet")) {
                    line = new HashMap<>();
                } else if (depth == 2 && xml.getLocalName().endsWith("Ref")) {
                    list = xml.getLocalName();
                }
            } else if (event == XMLStreamConstants.END_ELEMENT) {
                depth--;
                String name = xml.getLocalName();
                copy.append("</").append(name).append('>');
                if (name.equals("AppliedToTxnRet")) {
                    check.lines.add(new Line(line.get("TxnID"), line.get("RefNumber"), LocalDate.parse(line.get("TxnDate")),
                            new BigDecimal(line.get("Amount"))));
                    line = null;
                } else if (line != null) {
                    line.put(name, text.toString());
                } else {
                    check.fields.put(depth == 2 ? list + name : name, text.toString());
                }
                text.setLength(0);
            } else if (event == XMLStreamConstants.CHARACTERS) {
                text.append(xml.getText());
                escape(xml.getText(), copy);
            }
        }
        check.xml = copy.toString();
        return check;
    }

    private static void escape(String text, StringBuilder out) {
        for (int i = 0; i < text.length(); i++) {
            switch (text.charAt(i)) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                default -> out.append(text.charAt(i));
            }
        }
    }

    private static void write(List<Check> checks, Connection connection, long run) throws SQLException {
        if (checks.isEmpty()) {
            return;
        }
        OffsetDateTime now = OffsetDateTime.now(ZoneOffset.UTC);
        Set<String> known = known(checks, connection);
        checks.removeIf(check -> known.contains(check.fields.get("TxnID")));
        Map<String, Place> places = places(checks, connection);
        List<Long> ids = payments(checks, connection, run, now);
        try (PreparedStatement insert = connection.prepareStatement("insert into ledger_row (payment_id, bill_txn_id, txn_type,"
                + " bill_number, bill_date, amount, state, reason, wanted, wanted_project_id, wanted_contract_id,"
                + " wanted_commitment_type, wanted_amount, wanted_date, wanted_method, wanted_check_number,"
                + " wanted_invoice_number, wanted_invoice_date, wanted_notes, wanted_edit_sequence, next_attempt_at, changed_at,"
                + " state_since) values (?, ?, 'Bill', ?, ?, ?, ?, ?, true, ?, ?, ?, ?, ?, 'check', ?, ?, ?, ?, ?, ?, ?, ?)")) {
            for (int i = 0; i < checks.size(); i++) {
                Check check = checks.get(i);
                for (Line line : check.lines) {
                    Place place = places.get(line.bill());
                    Object[] values = {ids.get(i), line.bill(), line.number(), line.date(), line.amount(),
                        place == null ? "waiting" : "pending", place == null ? "No commitment is known yet." : "",
                        place == null ? null : place.project(), place == null ? null : place.contract(),
                        place == null ? null : place.type(), line.amount(), LocalDate.parse(check.fields.get("TxnDate")),
                        check.fields.get("RefNumber"), line.number(), line.date(), check.fields.get("Memo"),
                        check.fields.get("EditSequence"), now, now, now};
                    for (int column = 0; column < values.length; column++) {
                        insert.setObject(column + 1, values[column]);
                    }
                    insert.addBatch();
                }
            }
            insert.executeBatch();
        }
        connection.commit();
    }

    private static Set<String> known(List<Check> checks, Connection connection) throws SQLException {
        Set<String> known = new HashSet<>();
        try (PreparedStatement select = connection.prepareStatement("select p.payment_txn_id from (values "
                + String.join(", ", Collections.nCopies(checks.size(), "(cast(? as varchar(100)))")) + ") asked(txn)"
                + " join payment p on p.company_file = 'default' and p.payment_kind = 'CHECK' and p.payment_txn_id = asked.txn")) {
            for (int i = 0; i < checks.size(); i++) {
                select.setString(i + 1, checks.get(i).fields.get("TxnID"));
            }
            try (ResultSet found = select.executeQuery()) {
                while (found.next()) {
                    known.add(found.getString(1));
                }
            }
        }
        return known;
    }

    private static Map<String, Place> places(List<Check> checks, Connection connection) throws SQLException {
        List<String> bills = checks.stream().flatMap(check -> check.lines.stream()).map(Line::bill).distinct().toList();
        Map<String, Place> places = new HashMap<>();
        if (bills.isEmpty()) {
            return places;
        }
        try (PreparedStatement select = connection.prepareStatement("select c.bill_txn_id, c.project_id, c.commitment_id,"
                + " c.commitment_type from (values " + String.join(", ", Collections.nCopies(bills.size(),
                "(cast(? as varchar(100)))")) + ") asked(bill) join commitment_lookup c on c.company_file = 'default'"
                + " and c.bill_txn_id = asked.bill")) {
            for (int i = 0; i < bills.size(); i++) {
                select.setString(i + 1, bills.get(i));
            }
            try (ResultSet found = select.executeQuery()) {
                while (found.next()) {
                    places.put(found.getString(1), new Place(found.getLong(2), found.getLong(3), found.getString(4)));
                }
            }
        }
        return places;
    }

    private static List<Long> payments(List<Check> checks, Connection connection, long run, OffsetDateTime now)
            throws SQLException {
        List<Long> ids = new ArrayList<>();
        try (PreparedStatement insert = connection.prepareStatement("insert into payment (company_file, payment_kind,"
                + " payment_txn_id, edit_sequence, time_modified, txn_date, ref_number, payee, account, memo, amount, verdict,"
                + " note, qbxml, run_id, first_read_at, last_read_at) values ('default', 'CHECK', ?, ?, ?, ?, ?, ?, ?, ?, ?,"
                + " 'PAYS_BILLS', '', ?, ?, ?, ?)", new String[] {"id"})) {
            for (Check check : checks) {
                Map<String, String> fields = check.fields;
                insert.setString(1, fields.get("TxnID"));
                insert.setString(2, fields.get("EditSequence"));
                insert.setString(3, fields.get("TimeModified").substring(0, 19));
                insert.setObject(4, LocalDate.parse(fields.get("TxnDate")), Types.DATE);
                insert.setString(5, fields.get("RefNumber"));
                insert.setString(6, fields.get("PayeeEntityRefFullName"));
                insert.setString(7, fields.get("BankAccountRefFullName"));
                insert.setString(8, fields.get("Memo"));
                insert.setBigDecimal(9, new BigDecimal(fields.get("Amount")));
                insert.setString(10, check.xml);
                insert.setLong(11, run);
                insert.setObject(12, now);
                insert.setObject(13, now);
                insert.addBatch();
            }
            insert.executeBatch();
            try (ResultSet keys = insert.getGeneratedKeys()) {
                while (keys.next()) {
                    ids.add(keys.getLong(1));
                }
            }
        }
        return ids;
    }
}
