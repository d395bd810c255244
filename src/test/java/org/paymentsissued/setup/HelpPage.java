package org.paymentsissued.setup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.Heading;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;

/** The runbook as the console serves it: every heading can be linked to, and nothing leads to a file that is not served. */
final class HelpPage {

    private HelpPage() {
    }

    static String of(Path runbook) throws IOException {
        String text = Files.readString(runbook).replaceAll("\\[([^\\]]+)]\\((?!https?:)[^)]+\\)", "$1");
        String html = HtmlRenderer.builder().escapeHtml(true).attributeProviderFactory(context -> (node, tag, attributes) -> {
            if (node instanceof Heading heading) {
                attributes.put("id", id(heading));
            } else if (tag.equals("pre")) {
                attributes.put("tabindex", "0");
            }
        }).build().render(Parser.builder().build().parse(text));
        return "{{! Made from docs/operations/runbook.md }}\n" + html;
    }

    private static String id(Heading heading) {
        StringBuilder words = new StringBuilder();
        heading.accept(new AbstractVisitor() {
            @Override
            public void visit(Text text) {
                words.append(text.getLiteral());
            }

            @Override
            public void visit(Code code) {
                words.append(code.getLiteral());
            }
        });
        return words.toString().toLowerCase(Locale.ROOT).replaceAll("[^\\w -]", "").replace(' ', '-');
    }
}
