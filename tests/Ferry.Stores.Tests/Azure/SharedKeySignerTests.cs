using Ferry.Stores.Azure;

namespace Ferry.Stores.Tests.Azure;

/// <summary>Strings to sign as the service documents them, written by hand, and signatures of them that OpenSSL made.</summary>
public sealed class SharedKeySignerTests
{
    private const string Date = "Fri, 26 Jun 2015 23:39:12 GMT";
    private const string Version = "2021-12-02";
    private static readonly byte[] s_key = Convert.FromBase64String("YSBrZXkgb2YgdGhpcnR5LXR3byBieXRlcyBleGFjdGw=");

    [Fact]
    public void A_listing_signs_its_parameters_as_they_are_meant() => Signs(
        "myaccount", "GET", "/mycontainer", [("restype", "container"), ("comp", "list"), ("prefix", "a b/ü")], [],
        $"GET\n\n\n\n\n\n\n\n\n\n\n\nx-ms-date:{Date}\nx-ms-version:{Version}\n/myaccount/mycontainer\ncomp:list\nprefix:a b/ü\nrestype:container",
        "nuCDIabPtTJY8l4k1BJqSZMbifaE8M0nJNccGcNO1S0=");

    [Fact]
    public void A_write_signs_its_path_as_it_is_sent() => Signs(
        "myaccount", "PUT", AzureRequest.EscapedPath("/", "mycontainer", "a b/ü+%#"), [],
        [("x-ms-blob-type", "BlockBlob"), ("Content-Length", "11"), ("Content-MD5", "XrY7u+Ae7tCTyyK7j1rNww=="), ("If-None-Match", "*")],
        $"PUT\n\n\n11\nXrY7u+Ae7tCTyyK7j1rNww==\n\n\n\n\n*\n\n\nx-ms-blob-type:BlockBlob\nx-ms-date:{Date}\nx-ms-version:{Version}\n/myaccount/mycontainer/a%20b/%C3%BC%2B%25%23",
        "9VXop0IcBNCE50I6H2BjWQZZ2LQNnb68kJ1W8Of35K8=");

    [Fact]
    public void No_length_is_signed_for_an_empty_body_and_the_account_twice_for_an_emulator() => Signs(
        "testaccount", "PUT", AzureRequest.EscapedPath("/testaccount", "c", "k"), [("comp", "block"), ("blockid", "QUJD+/==")],
        [("Content-Length", "0"), ("Content-MD5", "1B2M2Y8AsgTpgAmY7PhCfg=="), ("If-Match", "\"0x8D\"")],
        $"PUT\n\n\n\n1B2M2Y8AsgTpgAmY7PhCfg==\n\n\n\n\"0x8D\"\n\n\n\nx-ms-date:{Date}\nx-ms-version:{Version}\n/testaccount/testaccount/c/k\nblockid:QUJD+/==\ncomp:block",
        "UrxLDnYVQXaPmZAfZ0t85PC1pyfcTMJC1djvmkHE5/g=");

    private static void Signs(
        string account, string method, string path, (string, string)[] query, (string, string)[] headers, string text, string signature)
    {
        (string, string)[] all = [("x-ms-version", Version), ("x-ms-date", Date), .. headers];
        Assert.Equal(text, SharedKeySigner.StringToSign(account, method, path, query, all));
        Assert.Equal($"SharedKey {account}:{signature}", new SharedKeySigner(account, s_key).Authorization(method, path, query, all));
    }
}
