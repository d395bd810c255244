package org.paymentsissued.console;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.paymentsissued.ledger.Page;

/** What all pages share: the frame around them, the result of the last action, the pager, downloads. */
public final class Layout {

    static final int MOST_CSV_LINES = 100_000;

    private final Operators operators;
    private final Views views = new Views();

    public Layout(Operators operators) {
        this.operators = operators;
    }

    /** The entries of the navigation. */
    enum Tab {
        OVERVIEW("onOverview"), DEAD_LETTERS("onDeadLetters"), WAITING("onWaiting"),
        PAYMENTS("onPayments"), RUNS("onRuns"), ACTIVITY("onActivity"), HELP("onHelp");

        private final String field;

        Tab(String field) {
            this.field = field;
        }
    }

    /** What the frame of a page shows; the page adds its own. */
    Map<String, Object> model(String title, Tab tab, ConsoleCall call) {
        return fields("title", title, tab.field, true, "operator", call.who(), "mayChange", call.operator().mayChange(),
                "csrf", call.operator().csrf(), "result", call.session().map(operators::kept).orElse(""));
    }

    WebReply page(String template, Map<String, Object> model) {
        return WebReply.html(200, views.page(template, model));
    }

    /** After a form was posted: leads to a page that shows what came of it. */
    WebReply back(ConsoleCall call, String to, String sentence) {
        call.session().ifPresent(session -> operators.keep(session, sentence));
        return WebReply.seeOther(to);
    }

    /** A list as the API gives it. */
    static WebReply list(Page<?> page) {
        return WebReply.json(200, fields("items", page.items(), "total", page.total(), "page", page.page(), "size", page.size()));
    }

    static void pager(Map<String, Object> model, Page<?> page, String path, String... filters) {
        model.put("page", page.page());
        model.put("pages", Views.count(page.last()));
        model.put("total", Views.count(page.total()));
        model.put("firstShown", Views.count(Math.min(page.total(), (long) (page.page() - 1) * page.size() + 1)));
        model.put("lastShown", Views.count(Math.min(page.total(), (long) page.page() * page.size())));
        model.put("previous", page.page() > 1 ? paged(path, page.page() - 1, filters) : "");
        model.put("next", page.page() < page.last() ? paged(path, page.page() + 1, filters) : "");
        model.put("csv", Views.address(path + ".csv", filters));
    }

    private static String paged(String path, int page, String... filters) {
        List<String> pairs = new ArrayList<>(List.of(filters));
        pairs.add("page");
        pairs.add(page == 1 ? "" : Integer.toString(page));
        return Views.address(path, pairs.toArray(String[]::new));
    }

    /** The words of a list to choose from. */
    static List<Map<String, Object>> options(List<String> words, String chosen) {
        return words.stream().map(word -> fields("word", word, "chosen", word.equals(chosen))).toList();
    }

    static WebReply csv(String name, List<String> header, List<List<Object>> lines) {
        StringWriter text = new StringWriter();
        try (CSVPrinter printer = new CSVPrinter(text, CSVFormat.RFC4180)) {
            printer.printRecord(header);
            for (List<Object> line : lines) {
                printer.printRecord(line.stream().map(Layout::harmless));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return WebReply.csv(name, text.toString());
    }

    /** A spreadsheet would run a text that begins like a formula. */
    private static Object harmless(Object cell) {
        String text = cell.toString();
        boolean formula = !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0 && !text.matches("-?\\d+(\\.\\d+)?");
        return formula ? "'" + text : text;
    }

    static Map<String, Object> fields(Object... pairs) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            fields.put((String) pairs[i], pairs[i + 1]);
        }
        return fields;
    }
}
