using Ferry.Cli.Config;
using Ferry.Cli.Shell;
using Ferry.Cli.Tests.Support;

namespace Ferry.Cli.Tests.Shell;

public sealed class ShellKindTests
{
    [Theory]
    [InlineData("/usr/bin/bash", "/bin/tcsh", "Bash")]
    [InlineData("/usr/bin/zsh-5.9", "/bin/bash", "Zsh")]
    [InlineData("/usr/bin/dash", "/usr/bin/fish", "Bash")]
    [InlineData("/usr/bin/ksh93", "/usr/bin/fish", "Bash")]
    [InlineData("/usr/sbin/slurmstepd", "/usr/bin/fish", "Fish")]
    [InlineData(null, "/bin/csh", "Tcsh")]
    [InlineData("/usr/bin/python3", "/usr/bin/nu", "Bash")]
    [InlineData(null, null, "Bash")]
    public void The_shell_that_asks_counts_before_the_login_shell(string? parent, string? login, string expected)
    {
        var environment = new TestEnvironment("/h") { ParentProgram = parent };
        if (login is not null)
            environment.Variables["SHELL"] = login;
        Assert.Equal(expected, ShellKinds.Detect(environment).ToString());
    }

    [Fact]
    public void Knows_the_program_that_started_it() => Assert.StartsWith("/", new HostEnvironment().ParentProgram, StringComparison.Ordinal);

    [Fact]
    public void Unknown_shells_are_refused_with_the_nearest() => Assert.Equal(
        "--shell must be one of bash, zsh, fish, tcsh, not 'fihs' (did you mean 'fish'?)",
        Assert.Throws<ConfigException>(() => ShellKinds.Parse("fihs")).Message);
}
