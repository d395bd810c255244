package org.paymentsissued.command;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.paymentsissued.console.People;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** The people who may use the console. */
@Command(name = "user", subcommands = {UserCommand.Add.class, UserCommand.Remove.class},
        description = {"Adds or removes a person in the file of console.users. A running instance notices at once.",
            "Exit codes: 0 done; 2 nothing was changed."})
public final class UserCommand implements Callable<Integer> {

    private final Invocation invocation;

    public UserCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() {
        return invocation.refused("Say what to do: user add NAME, or user remove NAME.");
    }

    private People people() throws Exception {
        return new People(invocation.settings().text("console.users"));
    }

    /** One more person, or another password or role for one who is there. */
    @Command(name = "add", description = {"Adds a person, or changes the password and role of one who is there.",
        "Asks for the password twice; without a terminal it is the first line of standard input."})
    static final class Add implements Callable<Integer> {

        @ParentCommand
        private UserCommand parent;

        @Parameters(paramLabel = "NAME", description = "what the person types to log in, and what Activity shows")
        private String name;

        @Option(names = "--role", defaultValue = "operator", paramLabel = "ROLE",
                description = "operator may change things, readonly may look (default: ${DEFAULT-VALUE})")
        private String role;

        @Override
        public Integer call() throws Exception {
            try {
                People.Role may = People.Role.of(role);
                People people = parent.people();
                people.add(name, password(), may);
            } catch (IllegalArgumentException | UncheckedIOException e) {
                return parent.invocation.refused(e.getMessage() + " Nothing was changed.");
            }
            parent.invocation.out().println(name + " can log in to the console as " + role + ".");
            return ExitCode.FINE;
        }

        private static String password() throws IOException {
            Console terminal = System.console();
            if (terminal == null) {
                String line = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
                return line == null ? "" : line;
            }
            char[] first = terminal.readPassword("Password: ");
            char[] second = terminal.readPassword("Again: ");
            if (first == null || !Arrays.equals(first, second)) {
                throw new IllegalArgumentException("The two passwords differ.");
            }
            return new String(first);
        }
    }

    /** One person fewer. */
    @Command(name = "remove", description = "Removes a person; open sessions of that person end at once.")
    static final class Remove implements Callable<Integer> {

        @ParentCommand
        private UserCommand parent;

        @Parameters(paramLabel = "NAME", description = "the user name")
        private String name;

        @Override
        public Integer call() throws Exception {
            if (!parent.people().remove(name)) {
                return parent.invocation.refused("There is no \"" + name + "\" in the file of console.users. Nothing was changed.");
            }
            parent.invocation.out().println(name + " can no longer log in.");
            return ExitCode.FINE;
        }
    }
}
