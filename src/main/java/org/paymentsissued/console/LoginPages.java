package org.paymentsissued.console;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import org.paymentsissued.console.Operators.Login;

/** Logging in and out, and the files that pages and scripts load. */
public final class LoginPages implements Console.Family {

    private static final String ASSETS = "/console/assets/";

    private final Operators operators;
    private final Views views = new Views();

    public LoginPages(Operators operators) {
        this.operators = operators;
    }

    @Override
    public void addTo(ConsolePaths paths) {
        paths.get("/console/login", call -> form(call, call.parameter("to"), ""))
                .post("/console/login", this::logIn)
                .post("/console/logout", this::logOut)
                .get("/api/openapi.yaml", call -> file("/console/openapi.yaml", "application/yaml; charset=utf-8", Map.of()));
        asset(paths, "console.css", ASSETS + "console.css", "text/css; charset=utf-8");
        asset(paths, "console.js", ASSETS + "console.js", "text/javascript; charset=utf-8");
        asset(paths, "icon.svg", ASSETS + "icon.svg", "image/svg+xml");
        asset(paths, "htmx.min.js", "/META-INF/resources/webjars/htmx.org/2.0.4/dist/htmx.min.js", "text/javascript; charset=utf-8");
    }

    private static void asset(ConsolePaths paths, String name, String resource, String type) {
        paths.get(ASSETS + name, call -> file(resource, type, Map.of("Cache-Control", "max-age=600")));
    }

    private static WebReply file(String resource, String type, Map<String, String> headers) throws IOException {
        try (InputStream in = LoginPages.class.getResourceAsStream(resource)) {
            return new WebReply(200, type, in.readAllBytes(), headers);
        }
    }

    private WebReply form(ConsoleCall call, String to, String failed) {
        return WebReply.html(failed.isEmpty() ? 200 : 401,
                views.page("login", Layout.fields("title", "Login", "failed", failed, "to", to)));
    }

    private WebReply logIn(ConsoleCall call) {
        String to = call.field("to");
        Login login = operators.login(call.field("username"), call.request().form().getOrDefault("password", ""), call.request().address());
        if (login.lockedUntil().isPresent()) {
            return form(call, to, "Too many failed logins. Try again in a minute.");
        }
        if (login.operator().isEmpty()) {
            return form(call, to, "Wrong user name or password.");
        }
        boolean ours = to.startsWith("/console/") && !to.contains("\\") && !to.matches("(?s).*\\p{Cntrl}.*");
        return WebReply.seeOther(ours ? to : "/")
                .with("Set-Cookie", Gate.cookie(call.request(), operators.open(login.operator().get())));
    }

    private WebReply logOut(ConsoleCall call) {
        call.session().ifPresent(operators::close);
        return WebReply.seeOther("/console/login").with("Set-Cookie", Gate.COOKIE + "=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict");
    }
}
